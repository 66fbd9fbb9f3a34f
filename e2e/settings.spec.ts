import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { APIRequestContext, Page } from "@playwright/test";
import { expectAccessible } from "./accessibility";
import { end, type Launched, launch, ready } from "./launched";
import { overflowsOf, WIDE } from "./page-measures";
import { PORT as SHARED_PORT } from "./site";
import { expect, test } from "./test";

test.describe.configure({ mode: "serial", timeout: 60_000 });
// A trace keeps the page before and after each of the thousands of looks that axe takes.
test.use({ trace: "off" });

const PORT = SHARED_PORT + 4;
const SITE = `http://127.0.0.1:${PORT}`;
const DAY = 24 * 3600;
let dataDir: string;
let launched: Launched;
let token: string;

test.beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "memledger-settings-"));
  launched = launch({ port: PORT, dataDir });
  await ready(launched);
});

test.afterAll(async () => {
  await end(launched);
  await rm(dataDir, { recursive: true, force: true });
});

/** Sends one push of a node, taken so many seconds ago. */
async function push(request: APIRequestContext, { node = "web-1", age = 0, bearer = token } = {}) {
  const text = `memledger-push 1
node: ${node}
boot: 6f0e2d1c-0000-4000-8000-000000000001
taken: ${Math.floor(Date.now() / 1000) - age}
interval: 30
set: essential
agent: 1

==> /proc/meminfo <==
MemTotal:       1000000 kB
MemFree:         400000 kB
Buffers:           1000 kB
Cached:          100000 kB
`;
  return request.post(`${SITE}/api/v1/push`, {
    data: gzipSync(text),
    headers: { authorization: `Bearer ${bearer}` },
  });
}

/** Moves the focus on until an element of this name has it, as somebody without a mouse does. */
async function tabTo(page: Page, name: RegExp | string): Promise<void> {
  const wanted = page.locator(":focus").and(page.getByRole("button", { name }));
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab leads to ${name}`);
}

test("a token is made by keyboard alone, shown once, and listed without it", async ({ page }) => {
  await page.goto(SITE);
  await page.getByRole("navigation", { name: "Main" }).getByText("Settings").click();
  await expect(page.getByText("There are no agent tokens")).toBeVisible();
  await expectAccessible(page);

  await page.keyboard.press("Tab");
  await tabTo(page, "New token");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "New agent token" })).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.type("web servers <b>Süd</b> 网络");
  await page.getByLabel(/Only for nodes named/).focus();
  await page.keyboard.type("web-*");
  await expectAccessible(page);
  await page.keyboard.press("Enter");

  const made = page.getByRole("dialog", { name: "Copy the token now" });
  token = (await made.getByText(/^mla_/).textContent())?.trim() ?? "";
  expect(token).toMatch(/^mla_[\w-]{43}$/);
  await expect(made.getByText(`--push ${SITE} --token-file`)).toBeVisible();
  await expectAccessible(page);
  await tabTo(page, "Done");
  await page.keyboard.press("Enter");
  await expect(made).toBeHidden();
  await expect(page.getByRole("row", { name: /web servers <b>Süd<\/b> 网络/ })).toContainText(
    "never",
  );
  expect(await page.content()).not.toContain(token);
  await page.reload();
  expect(await page.content()).not.toContain(token);
});

test("the token pushes for its nodes, is seen to be used, and does nothing else", async ({
  page,
  request,
}) => {
  expect((await push(request)).status()).toBe(200);
  const foreign = await (await push(request, { node: "db-1" })).json();
  expect(foreign).toMatchObject({ accepted: 0, rejected: [{ push: 0 }] });
  const headers = { authorization: `Bearer ${token}` };
  for (const at of ["/api/trpc/nodes.list", "/api/trpc/tokens.list"])
    expect((await request.get(SITE + at, { headers })).status()).toBe(403);

  await page.goto(`${SITE}/settings`);
  await expect(page.getByRole("row", { name: /web servers/ })).toContainText(/just now|s ago/);
});

test("a shorter retention says what goes, removes it, and stays", async ({ page, request }) => {
  for (const days of [0, 3, 4]) {
    const { accepted } = await (await push(request, { node: "web-2", age: days * DAY })).json();
    expect(accepted).toBe(1);
  }
  await page.goto(`${SITE}/settings`);
  const row = page.getByRole("row", { name: /^Raw samples/ });
  await expect(row).toContainText("7 days");
  await row.getByRole("button").click();
  const days = page.getByLabel("Days", { exact: true });
  await days.fill("400");
  await expect(page.getByText("Choose 1 to 366 whole days.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
  await days.fill("2");
  await expect(page.getByText("2 samples are older than 2 days and are removed")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Remove and save" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(row).toContainText("2 days");

  await page.setViewportSize(WIDE);
  await end(launched);
  launched = launch({ port: PORT, dataDir });
  await ready(launched);
  await page.reload();
  await expect(row).toContainText("2 days");
  await expect(row.getByRole("cell").nth(1)).toHaveText("2");
});

test("a revoked token is refused at once", async ({ page, request }) => {
  await page.goto(`${SITE}/settings`);
  const row = page.getByRole("row", { name: /web servers/ });
  await row.getByRole("button", { name: /Revoke/ }).click();
  await expect(page.getByText("This cannot be undone.")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  expect((await push(request)).status()).toBe(200);

  await row.getByRole("button", { name: /Revoke/ }).click();
  await page.getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(row).toContainText(/revoked \d/);
  const refused = await push(request);
  expect(refused.status()).toBe(401);
  expect((await refused.json()).error.message).toBe("This agent token has been revoked.");
  expect(await overflowsOf(page)).toEqual([0, 0, 0]);
  await expectAccessible(page);
});
