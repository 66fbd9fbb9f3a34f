import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test as anyPage } from "@playwright/test";
import { end, launch, ROOT, ready } from "./launched";
import { mutate, PORT as SHARED_PORT, storeExample } from "./site";
import { expect } from "./test";

const PORT = SHARED_PORT + 3;
const SITE = `http://127.0.0.1:${PORT}`;
const DAY_MS = 24 * 3600 * 1000;
let dataDir: string;

anyPage.beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "memledger-expiry-"));
});

anyPage.afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

// The same store under a server whose clock is ahead: as if somebody had come back after that time.
async function serveLater<T>(aheadMs: number, visit: () => Promise<T>): Promise<T> {
  const launched = launch({
    port: PORT,
    dataDir,
    variables: {
      NODE_OPTIONS: `--import=${path.join(ROOT, "e2e/clock-ahead.mjs")}`,
      CLOCK_AHEAD_MS: String(aheadMs),
    },
  });
  await ready(launched);
  try {
    return await visit();
  } finally {
    await end(launched);
  }
}

// The browser logs the refusal as an error of the page; here it is what is tested.
anyPage(
  "a link works to the end of its day, and then says 410 and nothing else",
  async ({ page, request }) => {
    anyPage.slow();
    const link = await serveLater(0, async () => {
      const { id } = await storeExample(request, SITE);
      const input = { id, expiresInDays: 1 };
      return (await mutate(request, "diagnoses.share", { site: SITE, input })).path;
    });

    await serveLater(DAY_MS - 120_000, async () => {
      expect((await page.goto(SITE + link))?.status()).toBe(200);
      await expect(page.getByRole("heading", { name: /unread sockets of nginx/ })).toBeVisible();
    });

    await serveLater(DAY_MS, async () => {
      expect((await page.goto(SITE + link))?.status()).toBe(410);
      await expect(page.getByRole("heading", { name: "This link is closed" })).toBeVisible();
      expect(await page.content()).not.toContain("nginx");
    });
  },
);
