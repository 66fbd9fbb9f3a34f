import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { end, type Launched, launch, ROOT, ready } from "./launched";
import { PORT as SHARED_PORT, storeExample } from "./site";
import { expect, test } from "./test";

const PORT = SHARED_PORT + 5;
const SITE = `http://127.0.0.1:${PORT}`;
let folder: string;
let launched: Launched | undefined;

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "memledger-backup-e2e-"));
});

test.afterAll(async () => {
  if (launched) await end(launched);
  await rm(folder, { recursive: true, force: true });
});

const memledger = (dataDir: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, ["server/launch/memledger.mjs", ...args], {
    cwd: ROOT,
    env: { ...process.env, MEMLEDGER_DATA: dataDir, MEMLEDGER_CLICKHOUSE_URL: "" },
  });

test("what a running server keeps is taken along and stands on another folder", async ({
  page,
  request,
}) => {
  test.setTimeout(90_000);
  const [first, second] = [path.join(folder, "first"), path.join(folder, "second")];
  const file = path.join(folder, "backup.tar");
  launched = launch({ port: PORT, dataDir: first });
  await ready(launched);
  const snapshot = await storeExample(request, SITE);
  const { stdout } = await memledger(first, "backup", file);
  expect(stdout).toContain(`${file} holds`);
  // A server that runs keeps its folder.
  await expect(memledger(first, "restore", file, "--replace")).rejects.toThrow(/Stop it first/);
  await end(launched);

  await memledger(second, "restore", file);
  await mkdir(path.join(second, "restore.partial"));
  launched = launch({ port: PORT, dataDir: second });
  expect(await launched.exited).toBe(1);
  expect(launched.output()).toContain("did not end");
  await rm(path.join(second, "restore.partial"), { recursive: true });

  launched = launch({ port: PORT, dataDir: second });
  await ready(launched);
  await page.goto(SITE + snapshot.path);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("web-07");
});
