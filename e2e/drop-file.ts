import type { Page } from "@playwright/test";

/** Drops a file on the window, as a hand would from a folder. */
export async function dropFile(page: Page, name: string, bytes: Buffer): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    async ({ base64, fileName }) => {
      const content = await (await fetch(`data:application/gzip;base64,${base64}`)).blob();
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], fileName));
      return transfer;
    },
    { base64: bytes.toString("base64"), fileName: name },
  );
  await page.dispatchEvent("body", "drop", { dataTransfer });
}
