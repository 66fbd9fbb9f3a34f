import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { layoutShiftOf, PHONE } from "./page-measures";
import { every, pushSamples } from "./push-samples";
import { expect, test } from "./test";

const GIB = 1024 ** 3;
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Two hours in which a gibibyte goes somewhere, with a heavy push every ten minutes. */
async function pushTwoHours(request: APIRequestContext, node: string): Promise<void> {
  const missing = (agoS: number) => Math.max(0, HOUR - agoS) * (GIB / HOUR);
  const heavy = every(10 * MINUTE, 2 * HOUR, 10);
  const light = every(2 * MINUTE, 2 * HOUR, MINUTE).filter((agoS) => !heavy.includes(agoS));
  await pushSamples(request, { node, agoS: light, missing });
  await pushSamples(request, { node, agoS: heavy, missing, isHeavy: true });
}

const pictureOf = (page: Page, node: string): Locator =>
  page.getByRole("figure", { name: `Memory of ${node} over time` });
const glassOf = (page: Page, node: string): Locator =>
  pictureOf(page, node).getByRole("slider").first();
const cardOf = (page: Page): Locator => page.getByRole("region", { name: "At this moment" });

async function open(page: Page, request: APIRequestContext, node: string): Promise<void> {
  await pushTwoHours(request, node);
  await page.goto(`/nodes/${node}?from=now-2h&live=off`);
  await expect(pictureOf(page, node).locator(".recharts-area").first()).toBeAttached();
}

async function boxOf(of: Locator) {
  const box = await of.boundingBox();
  if (!box) throw new Error("nothing to see");
  return box;
}

const edgeOf = (crosshair: Locator) => boxOf(crosshair).then(({ x }) => x);

test("the card adds up, stands beside the crosshair, is pinned by a click and closed by Escape", async ({
  page,
  request,
  context,
}) => {
  const node = "chart-card";
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page, request, node);
  const glass = await boxOf(glassOf(page, node));
  const line = pictureOf(page, node).locator("[data-crosshair]");
  for (const part of [0.1, 0.45, 0.55, 0.95]) {
    await page.mouse.move(glass.x + part * glass.width, glass.y + 100);
    const card = await boxOf(cardOf(page));
    const x = await edgeOf(line);
    expect(x < card.x || x > card.x + card.width, `at ${part}`).toBe(true);
    expect(card.x).toBeGreaterThanOrEqual(0);
  }
  await expect(cardOf(page).getByRole("button")).toHaveCount(0);
  // Also without a click it can be put away (WCAG 1.4.13).
  await page.keyboard.press("Escape");
  await expect(cardOf(page)).toHaveCount(0);

  // Less than 8 px is a click and no drag.
  const before = page.url();
  await page.mouse.move(glass.x + 300, glass.y + 100);
  await page.mouse.down();
  await page.mouse.move(glass.x + 305, glass.y + 100);
  await page.mouse.up();
  await page.mouse.move(5, 5);
  await cardOf(page).getByRole("button", { name: "Copy as TSV" }).click();
  expect(page.url()).toBe(before);
  const rows = (await page.evaluate(() => navigator.clipboard.readText()))
    .split("\n")
    .map((row) => row.split("\t"));
  const bytes = (name: string) => Number(rows.find(([first]) => first === name)?.[1]);
  const buckets = rows.slice(
    1,
    rows.findIndex(([first]) => first === "Sum"),
  );
  const sum = buckets.reduce((total, [, size]) => total + Number(size), 0);
  expect(sum).toBe(bytes("MemTotal"));
  expect(bytes("Sum")).toBe(bytes("MemTotal"));
  await page.keyboard.press("Escape");
  await expect(cardOf(page)).toHaveCount(0);
});

test("all charts share the crosshair, and one of them tells", async ({ page, request }) => {
  const node = "chart-crosshair";
  await open(page, request, node);
  const panel = page.getByRole("figure", { name: "Slab caches" });
  await panel.scrollIntoViewIfNeeded();
  const glass = await boxOf(panel.getByRole("slider").first());
  await page.mouse.move(glass.x + glass.width / 2, glass.y + 40);
  await expect(cardOf(page)).toHaveCount(1);
  const lines = page.locator("[data-crosshair]");
  expect(await lines.count()).toBeGreaterThan(3);
  const places = await Promise.all((await lines.all()).map(edgeOf));
  // The heavy pushes are ten minutes apart: at most half of that lies between the lines.
  const widest = (glass.width * 5 * MINUTE) / (2 * HOUR) + 2;
  expect(Math.max(...places) - Math.min(...places)).toBeLessThanOrEqual(widest);
});

test("by keyboard: along the moments, pin, isolate, add, sort, zoom with sliders", async ({
  page,
  request,
}) => {
  const node = "chart-keys";
  await open(page, request, node);
  const picture = pictureOf(page, node);
  const glass = glassOf(page, node);
  await picture.scrollIntoViewIfNeeded();
  // The press before makes the focus one of the keyboard.
  await page.keyboard.press("Tab");
  await glass.focus();
  await page.keyboard.press("Home");
  await expect(glass).toHaveAttribute("aria-valuenow", "0");
  await page.keyboard.press("ArrowRight");
  await expect(glass).toHaveAttribute("aria-valuenow", "1");
  await expect(glass).toHaveAttribute("aria-valuetext", /GiB.*; MemTotal \d/);
  await page.keyboard.press("Enter");
  await expect(cardOf(page).getByRole("button", { name: "Findings at this moment" })).toBeVisible();
  await page.keyboard.press("Escape");

  const series = (name: string) => picture.getByRole("button", { name, exact: true });
  await series("Unaccounted").focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/only=unaccounted$/);
  await page.keyboard.press("ArrowDown");
  await expect(series("Other kernel memory")).toBeFocused();
  await page.keyboard.press("Shift+Enter");
  await expect(page).toHaveURL(/only=unaccounted(,|%2C)kernel$/);
  await expect(picture).toContainText("The chosen buckets: a scale of its own");
  await series("Unaccounted").click({ modifiers: ["ControlOrMeta"] });
  await series("Other kernel memory").click();
  await expect(page).not.toHaveURL(/only=/);
  await picture.getByRole("button", { name: "Change", exact: true }).click();
  await expect(picture.getByRole("columnheader", { name: "Change" })).toHaveAttribute(
    "aria-sort",
    "descending",
  );
  await expect(picture.locator("[data-series]").first()).toHaveText("Unaccounted");

  await picture.getByText("Zoom with sliders").click();
  await picture.getByLabel(/^From/).focus();
  for (let i = 0; i < 50; i++) await page.keyboard.press("ArrowRight");
  await picture.getByRole("button", { name: "Zoom", exact: true }).click();
  await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/);
});

test("the table has every point, exact", async ({ page, request }) => {
  const node = "chart-table";
  await open(page, request, node);
  const picture = pictureOf(page, node);
  await picture.getByText(/^All \d+ points as a table/).click();
  const rows = picture.getByRole("region", { name: "All points" }).locator("tbody tr");
  expect(await rows.count()).toBeGreaterThan(50);
  const cells = await rows.nth(10).locator("th, td").allTextContents();
  expect(cells[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const sizes = cells.slice(1).map((cell) => Number(cell.replaceAll(",", "").replace("−", "-")));
  expect(sizes.slice(0, -1).reduce((sum, size) => sum + size, 0)).toBe(sizes.at(-1));
});

test("nothing moves while the charts load", async ({ page, request }) => {
  const node = "chart-still";
  await open(page, request, node);
  await page.goto(`/nodes/${node}?from=now-2h&live=off`);
  await expect(pictureOf(page, node).locator(".recharts-area").first()).toBeAttached();
  expect(await layoutShiftOf(page)).toBeLessThan(0.02);
});

test.describe("by finger", () => {
  test.use({ viewport: PHONE, hasTouch: true, isMobile: true });

  test("a tap pins a card that stays on the screen, under the plot; a drag across zooms", async ({
    page,
    request,
  }) => {
    const node = "chart-touch";
    await open(page, request, node);
    await pictureOf(page, node).scrollIntoViewIfNeeded();
    const glass = await boxOf(glassOf(page, node));
    await page.touchscreen.tap(glass.x + glass.width / 2, glass.y + 80);
    const card = await boxOf(cardOf(page));
    expect(card.x).toBeGreaterThanOrEqual(0);
    expect(card.x + card.width).toBeLessThanOrEqual(PHONE.width);
    expect(card.y).toBeGreaterThanOrEqual(glass.y + glass.height);
    await cardOf(page).getByRole("button", { name: "Close" }).tap();

    const browser = await page.context().newCDPSession(page);
    const at = (x: number) => [{ x: glass.x + x, y: glass.y + 80 }];
    const touch = (
      type: "touchStart" | "touchMove" | "touchEnd",
      touchPoints: ReturnType<typeof at>,
    ) => browser.send("Input.dispatchTouchEvent", { type, touchPoints });
    await touch("touchStart", at(40));
    for (let x = 50; x <= 180; x += 10) await touch("touchMove", at(x));
    await touch("touchEnd", []);
    await expect(page).toHaveURL(/from=\d{13}&to=\d{13}/);
  });
});
