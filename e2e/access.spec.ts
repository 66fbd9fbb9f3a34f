import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { test as anyPage } from "@playwright/test";
import { end, type Launched, launch, ROOT, ready } from "./launched";
import { PORT as SHARED_PORT } from "./site";
import { expect } from "./test";

anyPage.describe.configure({ mode: "serial" });

const PORT = SHARED_PORT + 2;
const SITE = `http://127.0.0.1:${PORT}`;
const run = promisify(execFile);
let dataDir: string;
let secret: string;
let launched: Launched;

anyPage.beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "memledger-access-"));
  const { stdout } = await run(process.execPath, ["server/launch/memledger.mjs", "secret", "set"], {
    cwd: ROOT,
    env: { ...process.env, MEMLEDGER_DATA: dataDir },
  });
  secret = stdout.trim();
  launched = launch({ port: PORT, dataDir });
  await ready(launched);
});

anyPage.afterAll(async () => {
  await end(launched);
  await rm(dataDir, { recursive: true, force: true });
});

for (const path of ["/", "/upload", "/settings", "/nodes/web-07"]) {
  anyPage(`${path} leads a stranger to the sign-in page`, async ({ page }) => {
    await page.goto(SITE + path);
    await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe("/login");
  });
}

// A browser logs every refused request as an error of the page; here the refusal is what is tested.
anyPage("a wrong secret is told, the right one opens the nodes", async ({ page }) => {
  await page.goto(`${SITE}/upload`);
  const field = page.getByLabel("Secret");
  await field.fill("not-the-secret");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("Wrong secret.")).toBeVisible();

  await field.fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${SITE}/`);
  await expect(page.getByRole("link", { name: "Choose files" })).toBeVisible();
  const [cookie] = await page.context().cookies(SITE);
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict" });
  expect(cookie?.value).not.toContain(secret);
});

anyPage(
  "curl must bring the secret: without one, and with a wrong one, it is told 401",
  async ({ request }) => {
    const data = await readFile("server/fixtures/seed-incident/proc/meminfo");
    const url = `${SITE}/api/v1/snapshots?name=meminfo`;
    const send = (headers: Record<string, string>) => request.post(url, { data, headers });

    expect((await send({})).status()).toBe(401);
    expect((await send({ authorization: "Bearer not-the-secret" })).status()).toBe(401);
    expect((await send({ authorization: `Bearer ${secret}` })).status()).toBe(201);
    expect((await request.post(`${SITE}/api/trpc/uploads.example`, { data: {} })).status()).toBe(
      401,
    );
  },
);
