import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "./launched";
import { expect, test } from "./test";

const run = promisify(execFile);

test.skip(process.platform !== "linux", "skipped: processes are found in /proc");

// The long form of this is `npm run bench:crash`, with twenty kills.
test("what was acknowledged outlives the site and the engine, and stands once", async () => {
  test.setTimeout(240_000);
  const args = ["bench/crash.mjs", "--kills", "4", "--nodes", "8"];
  const { stdout } = await run(process.execPath, args, { cwd: ROOT });
  expect(stdout).toContain("| kills | 4 |");
  expect(stdout).toContain("nothing lost, nothing twice");
});
