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

test.beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "memledger-launch-"));
});

test.afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

function launch(variables: Record<string, string>): Launched {
  return start({ port: PORT, dataDir, variables });
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

test("a built checkout starts quickly, says where it listens, and Ctrl-C leaves no process", async () => {
  const launched = launch({});
  await ready(launched);
  expect(launched.output()).toContain(`http://localhost:${PORT}`);
  expect(launched.output()).toContain(dataDir);
  expect(launched.output()).not.toContain("next build");
  expect((await processesOf(dataDir)).length).toBe(3);

  launched.child.kill("SIGINT");
  expect(await launched.exited).toBe(0);
  expect(await processesOf(dataDir)).toEqual([]);
});

test("a launcher that is killed leaves no process", async () => {
  const launched = launch({});
  await ready(launched);
  launched.child.kill("SIGKILL");
  await expect.poll(() => processesOf(dataDir), { timeout: 10_000 }).toEqual([]);
});

test("a port that is taken is named, with what to do", async () => {
  const launched = launch({ PORT: String(SHARED_PORT) });
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toContain(`Port ${SHARED_PORT} on 127.0.0.1 is taken`);
});

test("an address that others reach is refused without a secret", async () => {
  const launched = launch({ HOST: "0.0.0.0" });
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toContain("no access secret has been set");
});

test("an engine that dies is back before a request that needs it gives up", async ({ request }) => {
  const launched = launch({});
  await ready(launched);
  const pids = await processesOf(dataDir);
  const lines = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, "utf8")] as const),
  );
  const engine = lines.find(([, line]) => line.includes("engine.mjs"));
  process.kill(Number(engine?.[0]), "SIGKILL");
  const response = await request.get(`http://127.0.0.1:${PORT}/`);
  expect(response.status()).toBe(200);
  await expect.poll(launched.output).toContain("The engine is back");
  launched.child.kill("SIGTERM");
  expect(await launched.exited).toBe(0);
});
