import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { noisySeries } from "../core/trend/series.test-support";
import { detect } from "./detect";

const LEAK = { id: "leaks", ...noisySeries({ seed: 1, shareAt: (x) => 0.2 + 0.1 * x }) };
const LEVEL = { id: 7, ...noisySeries({ seed: 2, shareAt: () => 0.2 }) };

async function run(input: string) {
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const [written, complained] = [text(output), text(errors)];
  const exitCode = await detect(
    { input: Readable.from([Buffer.from(input)]), output, errors },
    { isExplained: false },
  );
  output.end();
  errors.end();
  const lines = (await written).split("\n").filter((line) => line !== "");
  const verdicts: Record<string, unknown>[] = lines.map((line) => JSON.parse(line));
  return { exitCode, verdicts, errors: await complained };
}

it("judges a series per line, in the order they come", async () => {
  const { exitCode, verdicts, errors } = await run(
    `${JSON.stringify(LEAK)}\n\n${JSON.stringify(LEVEL)}`,
  );
  expect(exitCode).toBe(0);
  expect(errors).toBe("");
  expect(verdicts).toEqual([
    expect.objectContaining({ id: "leaks", verdict: "leak", us: expect.any(Number) }),
    expect.objectContaining({ id: 7, verdict: "ok", score: 0, slope: 0 }),
  ]);
  const [{ eta, eta_lo, eta_hi } = {}] = verdicts;
  expect(eta_lo).toBeLessThan(Number(eta));
  expect(eta_hi).toBeGreaterThan(Number(eta));
});

it("takes no notice of what a label says", async () => {
  const { verdicts } = await run(
    JSON.stringify({ ...LEVEL, family: "linear_fast", label: "leak" }),
  );
  expect(verdicts).toEqual([expect.objectContaining({ verdict: "ok" })]);
});

it.each([
  ["{", "no JSON"],
  ["[1]", "no id"],
  ["null", "no JSON object"],
  ['{"id":true,"t":[],"v":[],"capacity":1}', "no id"],
  ['{"id":1,"t":1,"v":[],"capacity":1}', "t and v must be arrays"],
  ['{"id":1,"t":[1,2],"v":[1],"capacity":1}', "t has 2 values and v has 1"],
  ['{"id":1,"t":[],"v":[],"capacity":"1"}', "capacity must be a number"],
])("names the line that is bad, and judges the others: %s", async (bad, why) => {
  const { exitCode, verdicts, errors } = await run(
    `${JSON.stringify(LEAK)}\n${bad}\n${JSON.stringify(LEVEL)}\n`,
  );
  expect(exitCode).toBe(2);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["leak", "ok"]);
  expect(errors).toContain(`memledger: line 2: ${why}`);
  expect(errors.trimEnd().split("\n")).toHaveLength(1);
});

it("says so where a series is too short, and where it holds no numbers", async () => {
  const { exitCode, verdicts } = await run(
    '{"id":"a","t":[1],"v":[1],"capacity":9}\n{"id":"b","t":[1,null,"x"],"v":[{},2,3],"capacity":9}\n{"id":"c","t":[],"v":[],"capacity":0}',
  );
  expect(exitCode).toBe(0);
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(3).fill("insufficient"));
});

const LEAKBENCH = join(process.cwd(), "../shared/leakbench");
const isThere = existsSync(join(LEAKBENCH, "leakgen.py"));
if (!isThere) console.log("skipped: leakbench is not beside this folder");

it.skipIf(!isThere)(
  "is right about leakbench's open families on a small seed",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "memledger-leakbench-"));
    try {
      const path = join(folder, "open");
      const args = ["static", "--split", "open", "--seed", "9001", "--per", "6", "--out", path];
      execFileSync("python3", [join(LEAKBENCH, "leakgen.py"), ...args], { stdio: "ignore" });
      const { verdicts } = await run(await readFile(`${path}.in.jsonl`, "utf8"));
      const leaks = new Set(
        verdicts.filter((each) => each["verdict"] === "leak").map(({ id }) => id),
      );
      const labels = (await readFile(`${path}.labels.jsonl`, "utf8")).trimEnd().split("\n");
      const core = labels.map((line) => JSON.parse(line)).filter(({ tier }) => tier === "core");
      const shareOf = (label: string) => {
        const ids = core.filter((each) => each.label === label).map(({ id }) => id);
        return ids.filter((id) => leaks.has(id)).length / ids.length;
      };
      expect(shareOf("leak")).toBeGreaterThan(0.85);
      expect(shareOf("ok")).toBeLessThan(0.03);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  60_000,
);
