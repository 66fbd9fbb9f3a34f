import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Launched, ready, launch as start } from "./launched";
import { PORT as SHARED_PORT } from "./site";
import { expect, test } from "./test";

// The server under test has just been built by the same launcher, so that these starts build nothing.
test.describe.configure({ mode: "serial" });

const PORT = SHARED_PORT + 1;
let dataDir: string;
let launched: Launched;

test.beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "memledger-launch-"));
});

test.afterEach(async () => {
  // A test that failed left its server running.
  launched.child.kill("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

function launch(variables: Record<string, string>): void {
  launched = start({ port: PORT, dataDir, variables });
}

/** Processes whose environment names the test's data folder. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, "utf8").catch(() => "");
      return environment.includes(`MEMLEDGER_DATA=${folder}`) ? pid : "";
    }),
  );
  return found.filter((pid) => pid !== "");
}

/** The process of the test's server whose command line holds the name; Next writes over its own. */
async function pidOf(name: string): Promise<number> {
  for (const pid of await processesOf(dataDir)) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.includes(name)) return Number(pid);
  }
  throw new Error(`no process is called ${name}`);
}

test("a built checkout starts quickly, says where it listens, and Ctrl-C leaves no process", async () => {
  launch({});
  await ready(launched);
  expect(launched.output()).toContain(`http://localhost:${PORT}`);
  expect(launched.output()).toContain(dataDir);
  expect(launched.output()).not.toContain("next build");
  // The launcher, the engine, the trend worker and the site.
  expect((await processesOf(dataDir)).length).toBe(4);

  launched.child.kill("SIGINT");
  expect(await launched.exited).toBe(0);
  expect(await processesOf(dataDir)).toEqual([]);
});

test("a launcher that is killed leaves no process", async () => {
  launch({});
  await ready(launched);
  launched.child.kill("SIGKILL");
  await expect.poll(() => processesOf(dataDir), { timeout: 10_000 }).toEqual([]);
});

test("a port that is taken is named, with what to do", async () => {
  launch({ PORT: String(SHARED_PORT) });
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toContain(`Port ${SHARED_PORT} on 127.0.0.1 is taken`);
});

test("an address that others reach is refused without a secret", async () => {
  launch({ HOST: "0.0.0.0" });
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toContain("no access secret has been set");
});

test("an engine that dies is back before a request that needs it gives up", async ({ request }) => {
  launch({});
  await ready(launched);
  process.kill(await pidOf("engine.mjs"), "SIGKILL");
  const response = await request.get(`http://127.0.0.1:${PORT}/`);
  expect(response.status()).toBe(200);
  await expect.poll(launched.output).toContain("The engine is back");
  launched.child.kill("SIGTERM");
  expect(await launched.exited).toBe(0);
});

test("a site that dies is started again, and Ctrl-C still ends everything", async ({ request }) => {
  launch({});
  await ready(launched);
  const first = await pidOf("next-server");
  process.kill(first, "SIGKILL");
  await expect.poll(launched.output, { timeout: 20_000 }).toContain("The site is back");
  const response = await request.get(`http://127.0.0.1:${PORT}/`);
  expect(response.status()).toBe(200);
  expect(await pidOf("next-server")).not.toBe(first);
  launched.child.kill("SIGINT");
  expect(await launched.exited).toBe(0);
  expect(await processesOf(dataDir)).toEqual([]);
});
