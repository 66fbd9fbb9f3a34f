import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { PHONE, WIDE } from "./page-measures";

/** Every rule of axe, with the 24 px targets of WCAG 2.2, at both widths; what colours change in both themes. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const size of [WIDE, PHONE]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme: "light" });
    const everyRule = axe(page).options({ rules: { "target-size": { enabled: true } } });
    expect(await violationsOf(everyRule), `light, ${size.width} px wide`).toEqual([]);

    await page.emulateMedia({ colorScheme: "dark" });
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    const ofColour = axe(page).withRules(["color-contrast", "link-in-text-block"]);
    expect(await violationsOf(ofColour), `dark, ${size.width} px wide`).toEqual([]);
  }
}

function axe(page: Page): AxeBuilder {
  return new AxeBuilder({ page });
}

async function violationsOf(builder: AxeBuilder): Promise<string[]> {
  const { violations } = await builder.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
  );
}
