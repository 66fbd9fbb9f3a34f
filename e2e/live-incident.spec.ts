import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { ROOT } from "./launched";
import { PORT as SHARED_PORT, SITE } from "./site";
import { expect, test } from "./test";

const run = promisify(execFile);
const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
/** Bytes of one page fragment: what one unread message keeps. */
const FRAGMENT = 32 * KIB;
const PORT = SHARED_PORT + 110;

const isRoot = process.platform === "linux" && process.getuid?.() === 0;
test.skip(!isRoot, "skipped, needs root: the collector reads other users' sockets");

/** Bytes of a field of this machine's own meminfo. */
function meminfo(field: string): number {
  const line = new RegExp(`^${field}: +(\\d+) kB$`, "m").exec(
    readFileSync("/proc/meminfo", "utf8"),
  );
  return Number(line?.[1] ?? 0) * KIB;
}

interface Incident {
  readonly pid: number;
  readonly expectedBytes: number;
  readonly end: () => Promise<void>;
}

/** Starts the program that does not read; it holds `bytes` until it is ended. */
async function holdMemory(bytes: number): Promise<Incident> {
  const messages = String(Math.ceil(bytes / FRAGMENT));
  const args = ["e2e/unread-sockets.mjs", "--messages", messages, "--port", String(PORT)];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const told = /^READY (.*)$/.exec(line)?.[1];
    if (told === undefined) continue;
    const { pid, expectedBytes } = JSON.parse(told);
    return { pid, expectedBytes, end: () => endProgram(child) };
  }
  throw new Error("the program ended before it held anything");
}

async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.stdin?.end();
  await ended;
}

/** Runs the collector as the manual says; the address of the report it prints. */
async function collect(): Promise<string> {
  const { stdout } = await run("sh", ["public/memledger.sh", "--upload", SITE], { cwd: ROOT });
  const link = stdout.trim();
  expect(link).toMatch(new RegExp(`^${SITE}/nodes/[^/]+/[0-9a-f]{16}-\\d+$`));
  return link;
}

async function expectHeld(page: Page, { pid }: Incident): Promise<void> {
  const verdict = page.getByRole("heading", { name: /are held outside every counter/ });
  await expect(verdict).toContainText(`pid ${pid}`);
  await expect(
    page
      .getByRole("main")
      .getByText(/^(Held|Suspect)$/)
      .first(),
  ).toBeVisible();
  await expect(page.getByText("Unaccounted", { exact: true }).first()).toBeVisible();
  const finding = page.locator("#finding-1");
  await expect(finding.getByRole("heading", { level: 3 })).toContainText("Unread socket queues");
  await expect(finding).toContainText(`127.0.0.1:${PORT}`);
}

async function expectHolderFirst(page: Page, { pid }: Incident): Promise<void> {
  await page.getByRole("link", { name: "Sockets", exact: true }).click();
  const holder = page
    .getByRole("table", { name: "Processes by memory retained by their sockets" })
    .getByRole("rowgroup")
    .last()
    .getByRole("row")
    .first();
  await expect(holder).toContainText(`pid ${pid}`);
  await expect(page.getByRole("table").last().getByText(`127.0.0.1:${PORT}`).first()).toBeVisible();
}

test("memory held on this machine is found, with its holder, and found gone", async ({ page }) => {
  test.setTimeout(180_000);
  // One tenth of the memory is what a snapshot calls suspect; with a margin for what is read at once.
  const wanted = 0.115 * meminfo("MemTotal");
  test.skip(wanted > 3 * GIB, "skipped: a tenth of this machine's memory is more than 3 GiB");
  test.skip(
    meminfo("MemAvailable") < wanted + GIB,
    "skipped: too little memory is free to hold a tenth of it",
  );

  const incident = await holdMemory(wanted);
  try {
    await page.goto(await collect());
    await expectHeld(page, incident);
    await expectHolderFirst(page, incident);
  } finally {
    await incident.end();
  }

  await page.goto(await collect());
  await expect(page.getByRole("heading", { level: 2 }).first()).toBeVisible();
  await expect(page.getByText(/held outside every counter/)).toHaveCount(0);
  await expect(
    page
      .getByRole("main")
      .getByText(/^(Healthy|Watch)$/)
      .first(),
  ).toBeVisible();
});
