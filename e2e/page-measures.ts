import type { Page } from "@playwright/test";

/** Widths that pages are looked at: a large screen, a phone, and what WCAG 1.4.10 (reflow) asks for. */
export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
const NARROWEST = { width: 320, height: 700 };

/** How many CSS pixels the page is wider than its window, on a large screen, on a phone and at 320 px. */
export async function overflowsOf(page: Page): Promise<number[]> {
  const overflows: number[] = [];
  for (const size of [WIDE, PHONE, NARROWEST]) {
    await page.setViewportSize(size);
    overflows.push(
      await page.evaluate(async () => {
        // What follows the width by script has done so two frames later.
        await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
        return document.documentElement.scrollWidth - document.documentElement.clientWidth;
      }),
    );
  }
  return overflows;
}

/** How far the contents moved by themselves since the load, as the web vital CLS counts it. */
export async function layoutShiftOf(page: Page): Promise<number> {
  await page.waitForLoadState("networkidle");
  return page.evaluate(async () => {
    await document.fonts.ready;
    // Late shifts, by a picture that is measured first and drawn then, come within some frames.
    await new Promise((resolve) => setTimeout(resolve, 500));
    let sum = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!("hadRecentInput" in entry) || entry.hadRecentInput === true) continue;
        sum += "value" in entry ? Number(entry.value) : 0;
      }
    });
    observer.observe({ type: "layout-shift", buffered: true });
    // Buffered entries are given in a task of their own.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return sum;
  });
}
