import type { Page } from "@playwright/test";
import { storeCapture, storeExample } from "./site";
import { expect, test } from "./test";

let incident: string;

test.beforeEach(async ({ request }) => {
  await storeCapture(request, "guest-6.12-recovered");
  incident = (await storeCapture(request, "guest-6.12-virtio-incident")).path;
});

const frame = (page: Page, name: RegExp) => page.getByRole("treeitem", { name }).first();
const zoomedTo = (page: Page) => page.locator('[aria-label="Zoomed to"] [aria-current=location]');

test("from the verdict to the line of code that holds the pages", async ({ page }) => {
  await page.goto(incident);
  await page.getByRole("link", { name: "Allocpage", exact: true }).click();
  const table = page.getByRole("table", { name: "Allocation sites" });
  const first = table.getByRole("row", { name: /skb_page_frag_refill/ }).first();
  await expect(first).toContainText("391 MiB");

  await frame(page, /^net\/core\/sock\.c/).click();
  await expect(page).toHaveURL(/[?&]at=[0-9a-f]{8}/);
  await expect(zoomedTo(page)).toHaveText("net/core/sock.c");
  await page.reload();
  await expect(zoomedTo(page)).toHaveText("net/core/sock.c");
  await page.goBack();
  await expect(page).not.toHaveURL(/at=/);
  await expect(zoomedTo(page)).toHaveCount(0);

  await first.getByRole("link").click();
  await expect(page).toHaveURL(/\/raw\?file=.*allocinfo&line=\d+/);
  await expect(page.locator("[aria-current=location]")).toContainText("skb_page_frag_refill");
});

test("the picture is walked, zoomed in and out by keyboard alone", async ({ page }) => {
  await page.goto(`${incident}/allocpage`);
  await frame(page, /^all:/).focus();
  await page.keyboard.press("ArrowDown");
  await expect(frame(page, /^network sockets/)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(zoomedTo(page)).toHaveText("net/core/sock.c");
  await expect(frame(page, /^net\/core\/sock\.c/)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(zoomedTo(page)).toHaveText("network sockets");
  await page.keyboard.press("Home");
  await expect(zoomedTo(page)).toHaveCount(0);
});

test("a search marks frames and says what they hold together", async ({ page }) => {
  await page.goto(`${incident}/allocpage`);
  await page.getByRole("searchbox", { name: "Search sites and frames" }).fill("page_frag");
  await expect(page).toHaveURL(/search=page_frag/);
  await expect(page.getByText(/^\d+ of \d+ sites match “page_frag”, 391 MiB\.$/)).toBeVisible();
  await page.goto(`${incident}/allocpage?search=zzzz`);
  await expect(page.getByText("No site matches")).toBeVisible();
});

test("two snapshots of the node are compared, growth first, and the address keeps it", async ({
  page,
}) => {
  await page.goto(`${incident}/allocpage`);
  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page).toHaveURL(/against=[0-9a-f]{16}-0/);
  const table = page.getByRole("table", { name: "Allocation sites" });
  await expect(table.getByRole("columnheader", { name: "Change" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await expect(table.getByRole("row").nth(1)).toContainText(/skb_page_frag_refill.*\+391 MiB/s);
  await page.getByRole("link", { name: "Stop comparing" }).click();
  await expect(table.getByRole("columnheader", { name: "Change" })).toHaveCount(0);

  await page.goto(`${incident}/allocpage?against=0000000000000000-0`);
  await expect(page.getByText(/is not one of this node/)).toBeVisible();
});

test("rows are added up by module and by subsystem, for any bucket", async ({ page }) => {
  await page.goto(`${incident}/allocpage`);
  await page.getByRole("link", { name: /^All / }).click();
  await expect(page.getByText(/other buckets have counters of their own/)).toBeVisible();
  await page.getByRole("link", { name: "Subsystems", exact: true }).click();
  const table = page.getByRole("table", { name: "Allocations by subsystem" });
  await expect(table.getByRole("row").nth(1)).toContainText("network sockets");
});

test("a snapshot without sites says which command would give them", async ({ page, request }) => {
  await page.goto(`${(await storeExample(request)).path}/allocpage`);
  const section = page.getByRole("region", { name: "Who took the pages" });
  await expect(section).toContainText("/proc/allocinfo");
  await expect(section.getByRole("button", { name: "Copy command" })).toBeVisible();
});
