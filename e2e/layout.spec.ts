import type { Page } from "@playwright/test";
import { layoutShiftOf, overflowsOf, PHONE, WIDE } from "./page-measures";
import { every, pushSamples } from "./push-samples";
import { type StoredSnapshot, shareSnapshot, storeExample } from "./site";
import { expect, test } from "./test";

let snapshot: StoredSnapshot;

test.beforeEach(async ({ request }) => {
  snapshot = await storeExample(request);
});

test("no page is wider than its window, down to 320 px", async ({ page, request }) => {
  test.slow();
  const parts = ["", "/allocpage", "/slab", "/sockets", "/raw", "/raw?file=snap/t2/ss-all"];
  const paths = [
    ...parts.map((part) => snapshot.path + part),
    snapshot.path.split("/").slice(0, 3).join("/"),
    await shareSnapshot(request, snapshot.id),
    "/",
    "/upload",
    "/login",
  ];
  for (const path of paths) {
    await page.setViewportSize(WIDE);
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await overflowsOf(page), path).toEqual([0, 0, 0]);
  }
});

for (const size of [WIDE, PHONE]) {
  test(`nothing moves after it was drawn, ${size.width} px wide, on a slow processor`, async ({
    page,
    request,
  }) => {
    test.slow();
    await page.setViewportSize(size);
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await pushSamples(request, { node: "node-still", agoS: every(60, 3600), isHeavy: true });
    for (const path of ["/", snapshot.path, "/nodes/node-still?from=now-1h"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(/node|web-07/);
      expect(await layoutShiftOf(page), path).toBeLessThanOrEqual(0.02);
    }
  });
}

test("at 1440 × 900 the sentence, the picture and the first finding need no scrolling", async ({
  page,
}) => {
  await page.setViewportSize(WIDE);
  await page.goto(snapshot.path);
  await expect(page.getByRole("heading", { name: /unread sockets of nginx/ })).toBeInViewport();
  await expect(page.locator("#finding-1 h3")).toBeInViewport();
});

/** Presses Tab until the focus is on the link or button of that name. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press("Tab");
    const text = await page.evaluate(
      () =>
        document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent,
    );
    if (text?.trim() === name) return;
  }
  throw new Error(`Tab never reached “${name}”`);
}

test("keyboard: the first Tab offers to skip to the content", async ({ page }) => {
  await page.goto(snapshot.path);
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

test("keyboard: every part of the snapshot is reached and opened", async ({ page }) => {
  await page.goto(snapshot.path);
  for (const [name, path] of [
    ["Allocpage", "allocpage"],
    ["Slab", "slab"],
    ["Sockets", "sockets"],
    ["Raw files", "raw"],
  ] as const) {
    await page.getByRole("link", { name: "Skip to content" }).focus();
    await tabTo(page, name);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/${path}$`));
    await expect(page.getByRole("link", { name, exact: true })).toHaveAttribute(
      "aria-current",
      "page",
    );
  }
});

test("keyboard: the theme is switched, and the choice outlives a reload", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(snapshot.path);
  await tabTo(page, "Switch between light and dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("keyboard: the share dialog opens, closes with Escape and gives the focus back", async ({
  page,
}) => {
  await page.goto(snapshot.path);
  await tabTo(page, "Share");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Share this diagnosis" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("button", { name: "Share" })).toBeFocused();
});
