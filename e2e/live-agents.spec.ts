import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { end, type Launched, launch, ROOT, ready } from "./launched";
import { endProcess, HOST_NETWORK, lineOf, type Network, openNetwork } from "./namespaces";
import { PORT as SHARED_PORT } from "./site";
import { expect, test } from "./test";

const GIB = 1024 ** 3;
/** What one unread message keeps. */
const FRAGMENT = 32 * 1024;
const PORT = SHARED_PORT + 130;
const SITE = `http://127.0.0.1:${PORT}`;
/** A push each second; the server's clock makes half an hour of it, and three days of two minutes. */
const SPEED = 1800;
const NODES = ["live-host", "live-calm", "live-stalled"] as const;
const STALLED = "live-stalled";

const isRoot = process.platform === "linux" && process.getuid?.() === 0;
test.skip(!isRoot, "skipped, needs root: network namespaces are made");
test.use({ trace: "off" });

const memTotal = Number(
  /^MemTotal: +(\d+) kB$/m.exec(isRoot ? readFileSync("/proc/meminfo", "utf8") : "")?.[1] ?? 0,
);

function startAgent(name: string, { into }: Network, spool: string): ChildProcess {
  const agent = ["sh", "public/memledger.sh", "--agent", "--push", SITE, "--interval", "1"];
  const [command = "sh", ...args] = [...into, ...agent, "--name", name, "--spool", spool];
  return spawn(command, args, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
}

/** A server in that network that does not read, and what it has not read. */
async function holdMemory(share: number, port: number, { into }: Network) {
  const messages = String(Math.ceil((share * memTotal * 1024) / FRAGMENT));
  const program = [process.execPath, "e2e/unread-sockets.mjs", "--messages", messages];
  const [command = "", ...args] = [...into, ...program, "--port", String(port)];
  const child = spawn(command, args, { cwd: ROOT, stdio: ["pipe", "pipe", "inherit"] });
  const { pid } = JSON.parse(await lineOf(child, "READY"));
  return { child, pid: Number(pid) };
}

/** The node's status and sentence as its page shows them now. */
async function look(page: Page, node: string): Promise<string> {
  const address = `${SITE}/nodes/${node}?from=now-7d`;
  // The first push may be under way; a browser logs a page that is not there as an error.
  if ((await page.request.get(address)).status() !== 200) return "not there yet";
  await page.goto(address);
  const badge = page
    .getByRole("main")
    .getByText(/^(Healthy|Watch|Suspect|Held|Leaking|Inconsistent)$/);
  const status = (await badge.first().textContent({ timeout: 5000 })) ?? "";
  const words = await page.getByRole("heading", { level: 2 }).first().textContent();
  return `${status}: ${words}`;
}

async function until(page: Page, node: string, wanted: RegExp, timeout: number): Promise<void> {
  await expect
    .poll(() => look(page, node).catch((error) => String(error)), { timeout, intervals: [500] })
    .toMatch(wanted);
}

/** From the first unread message to the last that is read; what is started is left in `children`. */
async function expectIncident(page: Page, network: Network, children: ChildProcess[]) {
  const first = await holdMemory(0.06, 4300, network);
  children.push(first.child);
  await until(page, STALLED, /^Watch/, 20_000);
  const second = await holdMemory(0.055, 4301, network);
  children.push(second.child);
  await until(page, STALLED, /^(Suspect|Held|Leaking)/, 20_000);
  // The kernel is the same for all three: each sees its memory go, and only one has the sockets.
  await until(page, "live-calm", /^(Suspect|Held|Leaking)/, 20_000);
  await until(page, STALLED, new RegExp(`pid (${first.pid}|${second.pid})\\b`), 10_000);
  // Only a full snapshot looks twice, and sees that nobody reads.
  await page.getByRole("button", { name: "Request a full snapshot" }).click();
  await expect(page.getByText(/^Asked /)).toBeVisible();
  await until(page, STALLED, /^(Held|Leaking)/, 60_000);

  for (const { child } of [first, second]) {
    const reading = lineOf(child, "READING");
    child.stdin?.write("read\n");
    await reading;
  }
  await until(page, STALLED, /^Healthy/, 45_000);
  const events = page.getByRole("region", { name: "What happened" });
  for (const words of [/to watch:/, /to (held|leaking):/, /to healthy:/])
    await expect(events.getByText(words).first()).toBeVisible();
}

test("three agents, one stalled reader: watch, suspect, held or leaking, and healthy when it reads", async ({
  page,
}) => {
  test.setTimeout(240_000);
  test.skip(0.115 * memTotal * 1024 > 3 * GIB, "skipped: a tenth of the memory is over 3 GiB");
  const dataDir = await mkdtemp(path.join(tmpdir(), "memledger-live-"));
  const children: ChildProcess[] = [];
  const networks: Network[] = [HOST_NETWORK];
  let server: Launched | undefined;
  try {
    server = launch({
      port: PORT,
      dataDir,
      variables: { MEMLEDGER_CLOCK_SPEED: String(SPEED), MEMLEDGER_CLICKHOUSE_URL: "" },
    });
    await ready(server);
    for (const name of NODES.slice(1))
      networks.push(await openNetwork(PORT, path.join(dataDir, `${name}.sock`)));
    for (const [at, name] of NODES.entries())
      children.push(
        startAgent(name, networks[at] ?? HOST_NETWORK, path.join(dataDir, `spool-${name}`)),
      );
    for (const name of NODES) await until(page, name, /^Healthy/, 45_000);

    await expectIncident(page, networks[2] ?? HOST_NETWORK, children);
  } finally {
    for (const child of children.reverse())
      await endProcess(child, child.stdin ? undefined : "SIGTERM");
    for (const network of networks) await network.stop();
    if (server) await end(server);
    await rm(dataDir, { recursive: true, force: true });
  }
});
