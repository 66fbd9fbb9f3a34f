import type { APIRequestContext, Locator, Page } from "@playwright/test";
import { every, pushSamples } from "./push-samples";
import { expect } from "./test";

export const GIB = 1024 ** 3;
export const MINUTE = 60;
export const HOUR = 60 * MINUTE;

/** Six hours of a node whose memory goes somewhere since three hours, with a gap; the newest push is a heavy one. */
export async function pushSixHours(request: APIRequestContext, node: string): Promise<void> {
  const missing = (agoS: number) => Math.max(0, 3 * HOUR - agoS) * (2 * GIB) * (1 / (3 * HOUR));
  const before = every(2 * MINUTE, 6 * HOUR, 5 * HOUR);
  const after = every(2 * MINUTE, 4 * HOUR, 2 * MINUTE);
  await pushSamples(request, {
    node,
    agoS: [...before, ...after],
    missing,
    boot: (agoS) => (agoS > 4.5 * HOUR ? 1 : 2),
  });
  await pushSamples(request, {
    node,
    agoS: [30],
    missing,
    isHeavy: true,
    boot: () => 2,
    header: ["label: pool=gpu", "lacks: slabinfo permission"],
  });
}

/** A name that an earlier run on the same server has not used. */
export const fresh = (name: string): string => `${name}-${Date.now().toString(36)}`;

export const pictureOf = (page: Page, node: string): Locator =>
  page.getByRole("figure", { name: `Memory of ${node} over time` });

/** The plot inside the picture, once it is drawn: by the browser, of what the address asks for. */
export async function plotOf(page: Page, node: string) {
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
  const plot = pictureOf(page, node).locator(".recharts-surface").first();
  await expect(plot).toBeVisible();
  const box = await plot.boundingBox();
  if (!box) throw new Error("the plot has no box");
  return box;
}

export async function drag(page: Page, node: string, from: number, to: number): Promise<void> {
  const { x, y, width, height } = await plotOf(page, node);
  await page.mouse.move(x + from * width, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + ((from + to) / 2) * width, y + height / 2, { steps: 4 });
  await page.mouse.move(x + to * width, y + height / 2, { steps: 4 });
  await page.mouse.up();
}

export function rangeOf(page: Page): { from: number; to: number } {
  const params = new URL(page.url()).searchParams;
  return { from: Number(params.get("from")), to: Number(params.get("to")) };
}

export async function chooseRange(page: Page, label: string): Promise<void> {
  await page.getByRole("toolbar", { name: "Time" }).locator("[aria-expanded]").click();
  await page.getByRole("button", { name: label, exact: true }).click();
}
