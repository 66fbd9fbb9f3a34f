import { storeExample } from "./site";
import { expect, test } from "./test";

test("the example leads to the list, where it is found by name and by verdict", async ({
  page,
  request,
}) => {
  await storeExample(request);
  await page.goto("/");
  const table = page.getByRole("table", {
    name: "Nodes with their present verdict",
  });
  await expect(table.getByText(/unread sockets of nginx/).first()).toBeVisible();

  await page.getByRole("searchbox").fill("zzz-no-such-node");
  await expect(page.getByText("No node matches “zzz-no-such-node”")).toBeVisible();
  await expect(page).toHaveURL(/search=zzz-no-such-node/);
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(table).toBeVisible();
  await expect(page).toHaveURL(/\/$/);
});

test("on a narrow screen the nodes are a list, not a table", async ({ page, request }) => {
  await storeExample(request);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await expect(page.getByRole("table")).toBeHidden();
  await expect(page.getByRole("main").getByRole("listitem").first()).toBeVisible();
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
});

test("an unknown address is answered with 404 and a way on", async ({ page }) => {
  const answer = await page.request.get("/nodes/no-such-node");
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toContain("There is no such page");
});
