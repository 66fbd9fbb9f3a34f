/**
 * Drives known kinds of memory, one at a time, and compares what the ledger and the verdict make of each.
 *
 *     npm run bench:generators -- [--memgen DIR-OR-FILE] [--rounds 3] [--only "NAME;NAME"] [--keep DIR]
 *
 * Needs root, a C compiler, some 4 GiB of free memory, and memgen.c: beside the checkout in shared/generators, or where
 * --memgen says. Each round takes a snapshot with the collector before, during and after; the figure is the median over
 * the rounds of (during − mean of before and after), so that what else runs on the machine cancels out. --keep leaves
 * the archives of the first round in a folder.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { kindsFor } from "./generator-kinds.mjs";
import { loadSource } from "./load-source.mjs";

/** @typedef {import("./generator-kinds.mjs").Kind} Kind */
/** @typedef {import("../server/core/report.ts").SnapshotReport} Look */
/**
 * @typedef {object} Row
 * @property {Kind} kind
 * @property {number} observed MiB
 * @property {number} expected MiB
 * @property {Look} look the one that the verdict was read from
 * @property {number} alarmsAtRest
 */

const MIB = 1024 * 1024;
const ALARM = ["suspect", "held", "leaking"];
const root = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: {
    memgen: { type: "string", default: join(root, "../../shared/generators") },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    keep: { type: "string" },
  },
});
const work = mkdtempSync(join(tmpdir(), "memledger-generators-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

const memgen = compile();
/** The command line's own code. @type {typeof import("../server/services/analyze-files.ts").analyzeFiles} */
let analyzeFiles;
await loadSource(async (load) => {
  ({ analyzeFiles } = await load("/server/services/analyze-files.ts"));
  await main();
});

function compile() {
  const isFolder = existsSync(values.memgen) && statSync(values.memgen).isDirectory();
  const source = isFolder ? join(values.memgen, "memgen.c") : values.memgen;
  if (!existsSync(source)) throw new Error(`no ${source}: give the path with --memgen`);
  const program = join(work, "memgen");
  execFileSync("cc", ["-O2", "-w", "-o", program, source, "-lpthread"]);
  return program;
}

async function main() {
  const totalMib =
    Number(/MemTotal:\s+(\d+)/.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) / 1024;
  const wanted = values.only?.split(";");
  const kinds = kindsFor(totalMib).filter(({ name }) => !wanted || wanted.includes(name));
  console.log(`${Math.round(totalMib)} MiB, ${values.rounds} rounds, MiB unless said\n`);
  console.log(
    "| kind | bucket | observed | expected | within 3 % or 4 MiB | cause | found | status | alarms at rest |",
  );
  console.log("|---|---|---:|---:|---|---|---|---|---:|");
  for (const kind of kinds) {
    const why = kind.whyNot?.();
    if (why)
      console.log(`| ${kind.name} | ${kind.bucket} | not possible here: ${why} | | | | | | |`);
    else await measure(kind).then(printRow, (error) => printFailure(kind, error));
  }
}

/** @param {Kind} kind @param {unknown} error */
function printFailure(kind, error) {
  const why = error instanceof Error ? error.message.split("\n")[0] : String(error);
  console.log(`| ${kind.name} | ${kind.bucket} | not possible here: ${why} | | | | | | |`);
}

/** @param {Kind} kind @returns {Promise<Row>} */
async function measure(kind) {
  const observed = [];
  const expected = [];
  let alarmsAtRest = 0;
  /** @type {Look | undefined} */
  let look;
  for (let round = 0; round < Number(values.rounds) * (kind.rounds ?? 1); round += 1) {
    const before = await snapshot(kind, round, "before");
    const running = await start(kind);
    const sockets = readSockstat();
    const during = await snapshot(kind, round, "during").finally(() => running.stop());
    await settle();
    const after = await snapshot(kind, round, "after");
    const rest = kind.persists ? [before] : [before, after];
    observed.push(bucketMib(during, kind) - mean(rest.map((each) => bucketMib(each, kind))));
    const sockstatMib = (/** @type {"TCP" | "UDP"} */ name) => sockets[name] - readSockstat()[name];
    expected.push(kind.expected({ readyMib: running.bytes / MIB, sockstatMib, objectBytes }));
    alarmsAtRest += [before, after].filter(({ verdict }) => ALARM.includes(verdict.status)).length;
    look ??= during;
  }
  if (!look) throw new Error("no round");
  return { kind, observed: median(observed), expected: median(expected), look, alarmsAtRest };
}

/** @param {Kind} kind @returns {Promise<import("./generator-kinds.mjs").Running>} */
async function start(kind) {
  if (kind.start) return kind.start();
  const all = await Promise.all(Array.from({ length: kind.copies ?? 1 }, () => startOne(kind)));
  return {
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    stop: async () => {
      await Promise.all(all.map(({ stop }) => stop()));
    },
  };
}

/** @param {Kind} kind @returns {Promise<import("./generator-kinds.mjs").Running>} */
async function startOne(kind) {
  // Names that were looked up before would not be new.
  const args = (kind.args ?? []).map((arg) =>
    arg === "FRESH" ? mkdtempSync(join(work, "f")) : arg,
  );
  const child = spawn(memgen, args, { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  let said = "";
  let error = "";
  child.stderr.on("data", (piece) => {
    error += piece;
  });
  const bytes = await new Promise((resolve, reject) => {
    child.stdout.on("data", (piece) => {
      said += piece;
      const ready = /READY (\d+)/.exec(said);
      if (ready) resolve(Number(ready[1]));
    });
    child.once("exit", () => reject(new Error(error.trim() || "memgen ended")));
  });
  return {
    bytes,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
}

/** What the kernel frees behind a closed descriptor comes back a little later. */
function settle() {
  return new Promise((resolve) => setTimeout(resolve, 1_500));
}

/** @param {Kind} kind @param {number} round @param {string} moment @returns {Promise<Look>} */
async function snapshot(kind, round, moment) {
  const out = join(work, "out");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const run = spawnSync("sh", [join(root, "public/memledger.sh"), "--wait", "0", "--out", out], {
    encoding: "utf8",
  });
  const archive = run.stdout.trim();
  if (run.status !== 0) throw new Error(`no snapshot: ${run.stderr}`);
  if (values.keep && round === 0) keep(values.keep, archive, `${kind.name} ${moment}`);
  const { report } = await analyzeFiles([archive]);
  const look = report.snapshots.at(-1);
  if (!look?.composition) throw new Error(`no ledger: ${JSON.stringify(report.errors)}`);
  return look;
}

/** @param {string} folder @param {string} archive @param {string} name */
function keep(folder, archive, name) {
  mkdirSync(folder, { recursive: true });
  copyFileSync(archive, join(folder, `${name.replaceAll(/[^A-Za-z0-9]+/g, "-")}.tar.gz`));
}

/** @param {Look} look @param {Kind} kind */
function bucketMib({ composition }, { bucket }) {
  const wanted = bucket.split("+");
  const buckets = composition?.buckets.filter(({ id }) => wanted.includes(id)) ?? [];
  return buckets.reduce((sum, { bytes }) => sum + bytes, 0) / MIB;
}

function readSockstat() {
  const text = readFileSync("/proc/net/sockstat", "utf8");
  const mib = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:.* mem (\\d+)`, "m").exec(text)?.[1] ?? 0) / 256;
  return { TCP: mib("TCP"), UDP: mib("UDP") };
}

/** Its share of the slab's pages, by /proc/slabinfo. @param {string} cache */
function objectBytes(cache) {
  const text = readFileSync("/proc/slabinfo", "utf8");
  const [, perSlab, pages] =
    new RegExp(`^${cache} +\\d+ +\\d+ +\\d+ +(\\d+) +(\\d+)`, "m").exec(text) ?? [];
  return perSlab ? (Number(pages) * 4096) / Number(perSlab) : 0;
}

/** @param {Row} row */
function printRow({ kind, observed, expected, look, alarmsAtRest }) {
  const off = Math.abs(observed - expected);
  const isWithin = off <= Math.max(4, expected * 0.03);
  const at = look.findings.findIndex(({ id }) => id === kind.cause);
  const found = kind.cause
    ? (["first", "second", "third"][at] ?? (at < 0 ? "**none**" : `${at + 1}th`))
    : "";
  const within = isWithin ? "yes" : `**no**, ${(observed - expected).toFixed(1)}`;
  const cells = [kind.name, kind.bucket, observed.toFixed(1), expected.toFixed(1), within];
  console.log(
    `| ${[...cells, kind.cause ?? "", found, look.verdict.status, alarmsAtRest].join(" | ")} |`,
  );
}

/** @param {number[]} numbers */
function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
