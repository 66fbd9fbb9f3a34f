import { storeExample } from "./site";
import { expect, test } from "./test";

test.beforeEach(async ({ page, request }) => {
  await page.goto((await storeExample(request)).path);
});

test("allocpage: the subtraction ends with what no counter shows", async ({ page }) => {
  await page.getByRole("link", { name: "Allocpage", exact: true }).click();
  const table = page.getByRole("table", { name: "From MemTotal to allocpage, line by line" });
  await expect(table.getByRole("row", { name: /^MemTotal/ })).toContainText("23.5");
  await expect(table.getByRole("row", { name: /^Unaccounted/ })).toContainText("=2.65");
  await expect(page.getByRole("img", { name: /unexplained$/ })).toBeVisible();
});

test("sockets: the stopped reader is first, and its number leads to the raw line", async ({
  page,
}) => {
  await page.getByRole("link", { name: "Sockets", exact: true }).click();
  const holders = page.getByRole("table", {
    name: "Processes by memory retained by their sockets",
  });
  const nginx = holders.getByRole("row", { name: /nginx/ }).first();
  await expect(nginx).toContainText("pid 14");
  await expect(nginx).toContainText("stopped");

  await nginx.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/raw\?file=.*&line=\d+#L\d+$/);
  await expect(page.locator("[aria-current=location]")).toContainText("skmem");
});

test("sockets: a state that does not exist is told, and the page shows all", async ({ page }) => {
  await page.goto(`${new URL(page.url()).pathname}/sockets?show=NONSENSE&tz=UTC`);
  await expect(page.getByText("“NONSENSE” is not a value of show; showing all.")).toBeVisible();
  await page.getByRole("link", { name: /^ESTAB / }).click();
  await expect(page).toHaveURL(/tz=UTC.*show=ESTAB|show=ESTAB.*tz=UTC/);
});

test("slab: search and order are in the address and survive a reload", async ({ page }) => {
  await page.getByRole("link", { name: "Slab", exact: true }).click();
  await page.getByRole("searchbox", { name: "Search caches" }).fill("skbuff");
  await expect(page).toHaveURL(/search=skbuff/);
  await page.getByRole("link", { name: "Cache", exact: true }).click();
  await expect(page).toHaveURL(/sort=name/);
  await page.reload();
  const table = page.getByRole("table", { name: "Slab caches" });
  await expect(table.getByRole("columnheader", { name: "Cache" })).toHaveAttribute(
    "aria-sort",
    "ascending",
  );
  await expect(table.getByRole("rowheader").first()).toContainText("skbuff");
});

test("slab: a search that matches nothing can be cleared", async ({ page }) => {
  await page.goto(`${new URL(page.url()).pathname}/slab?search=zzzz`);
  await expect(page.getByText("No cache matches")).toBeVisible();
  await page.getByRole("link", { name: "Clear search and filter" }).click();
  await expect(page.getByRole("table", { name: "Slab caches" })).toBeVisible();
  await expect(page.getByRole("searchbox", { name: "Search caches" })).toHaveValue("");
});

test("raw files: a file that is not there is said to be missing", async ({ page }) => {
  await page.goto(`${new URL(page.url()).pathname}/raw?file=proc/nothing`);
  await expect(page.getByText("This snapshot has no such file")).toBeVisible();
});
