import { test as base, expect } from "@playwright/test";

/** Playwright's test, with a page that fails it when the page logs an error or throws one. */
export const test = base.extend({
  page: async ({ page }, use) => {
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => errors.push(String(error.stack ?? error)));
    await use(page);
    expect(errors, "errors that the page logged").toEqual([]);
  },
});

export { expect };
