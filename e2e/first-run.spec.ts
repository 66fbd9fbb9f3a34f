import { expectAccessible } from "./accessibility";
import { layoutShiftOf, overflowsOf, PHONE } from "./page-measures";
import { SITE } from "./site";
import { expect, test } from "./test";

// The only tests that see an empty store: they end before all others begin, the last one fills it.
test.describe.configure({ mode: "serial" });

test("the home page of a fresh server says what to do first: three ways in and an example", async ({
  page,
}) => {
  const response = await page.goto("/");
  expect(response?.status()).toBe(200);
  await expect(page).toHaveTitle(/Memledger/);
  const ways = page.getByRole("main").getByRole("listitem");
  await expect(ways).toHaveCount(4);
  await expect(ways.nth(0).getByRole("link", { name: "Choose files" })).toBeVisible();
  await expect(ways.nth(1)).toContainText(
    `curl -fsSL ${SITE}/memledger.sh | sudo sh -s -- --upload ${SITE}`,
  );
  await expect(ways.nth(2)).toContainText(
    `curl -fsSL ${SITE}/install.sh | sudo sh -s -- --push ${SITE}`,
  );
  await expect(ways.nth(3).getByRole("button")).toHaveText("Open the example incident");
});

test("the first page is readable by everybody, in both themes", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Open the example incident" })).toBeVisible();
  await expectAccessible(page);
});

test("the first page fits every window, and stays where it was drawn", async ({ page }) => {
  await page.setViewportSize(PHONE);
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Open the example incident" })).toBeVisible();
  expect(await layoutShiftOf(page)).toBeLessThanOrEqual(0.02);
  expect(await overflowsOf(page)).toEqual([0, 0, 0]);
});

test("the example incident opens with its verdict", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Open the example incident" }).click();
  await expect(page.getByRole("heading", { name: /^2\.63.GiB are held .* nginx/ })).toBeVisible();
});
