// How well leaks are seen in series, beside what others do.
//   npm run bench:detect [-- --leakbench ../shared/leakbench --seeds 201,202 --open 27 --shapes 27 --machines 200 --stream 12]
// Makes labelled series (bench/leak-corpora.mjs) on the seeds and prints a table per corpus; docs/detector.md says what they
// are. Needs python3 and leakbench; says "skipped" otherwise.
// Recall is of leaks called leak, FPR of what is none called leak; AUC of the scores; delay and false alarms are of ten
// days judged every 6 hours on the last 3 days, two verdicts in a row.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeCorpora } from "./leak-corpora.mjs";
import { RIVALS } from "./leak-rivals.mjs";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: {
    leakbench: { type: "string", default: "../shared/leakbench" },
    seeds: { type: "string", default: "201,202" },
    open: { type: "string", default: "27" },
    shapes: { type: "string", default: "27" },
    machines: { type: "string", default: "200" },
    stream: { type: "string", default: "12" },
  },
});
const SEEDS = values.seeds.split(",");
const DAY_S = 86_400;
const [WINDOW_S, STEP_S, PERSIST] = [3 * DAY_S, DAY_S / 4, 2];
/** A fleet is mostly dull: how much each benign family counts, as leakbench weighs them. */
const FLEET = {
  ...{ flat: 0.55, daily: 0.2, weekly: 0.05, ou: 0.05, spiky: 0.05, sawtooth_gc: 0.03 },
  ...{ step_deploy: 0.02, cache_fill: 0.02, load_reversal: 0.01, one_time_growth: 0.01 },
  random_walk: 0.01,
};

/** @typedef {{ id: string, t: number[], v: number[], capacity: number }} Series */
/** @typedef {{ isLeak: boolean, score: number, eta?: number, etaLow?: number | undefined, etaHigh?: number | undefined }} Judgement */
/** @typedef {(series: Series) => Judgement} Judge */
/** @typedef {{ series: Series, label: any }} Case */

if (isMissing()) console.log(`skipped: needs python3 and ${values.leakbench}`);
else await loadSource(main);

function isMissing() {
  if (!existsSync(join(values.leakbench, "leakgen.py"))) return true;
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
}

/** @param {(path: string) => Promise<Record<string, any>>} load */
async function main(load) {
  const { detectLeak } = await load("/server/core/trend/detect-leak.ts");
  /** @type {[string, Judge][]} */
  const judges = [["memledger", ours(detectLeak)], ...Object.entries(RIVALS)];
  const folder = await mkdtemp(join(tmpdir(), "bench-detect-"));
  try {
    await printCorpora(folder, judges);
    await printStream(folder, judges);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {(series: Series) => any} detectLeak
 * @returns {Judge}
 */
function ours(detectLeak) {
  return (series) => {
    const trend = detectLeak(series);
    return { ...trend, isLeak: trend.verdict === "leak" };
  };
}

/**
 * @param {string} folder
 * @param {[string, Judge][]} judges
 */
async function printCorpora(folder, judges) {
  const [leakbench, open, shapes] = [values.leakbench, Number(values.open), Number(values.shapes)];
  const machines = Number(values.machines);
  const made = SEEDS.flatMap((seed) =>
    makeCorpora({ folder, leakbench, seed, open, shapes, machines }),
  );
  console.log(`seeds ${values.seeds}\n`);
  console.log("| corpus | by | precision | recall | FPR | AUC | ETA in interval | µs/series |");
  console.log("|---|---|---|---|---|---|---|---|");
  for (const name of new Set(made.map((corpus) => corpus.name))) {
    const paths = made.filter((corpus) => corpus.name === name).map(({ path }) => path);
    const cases = (await Promise.all(paths.map(readCases))).flat();
    const core = cases.filter(({ label }) => label.tier === "core");
    for (const [by, judge] of judges) console.log(rowOf(name, by, judge, core));
  }
}

/**
 * @param {string} path
 * @returns {Promise<Case[]>}
 */
async function readCases(path) {
  const lines = async (/** @type {string} */ end) =>
    (await readFile(path + end, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  const labels = new Map((await lines(".labels.jsonl")).map((label) => [label.id, label]));
  return (await lines(".in.jsonl")).map((series) => ({ series, label: labels.get(series.id) }));
}

/**
 * @param {string} name
 * @param {string} by
 * @param {Judge} judge
 * @param {readonly Case[]} cases
 */
function rowOf(name, by, judge, cases) {
  const started = process.cpuUsage();
  const judged = cases.map(({ series, label }) => ({ label, ...judge(series) }));
  const { user, system } = process.cpuUsage(started);
  const leaks = judged.filter(({ label }) => label.label === "leak");
  const others = judged.filter(({ label }) => label.label !== "leak");
  const hits = leaks.filter(({ isLeak }) => isLeak);
  const falseAlarms = others.filter(({ isLeak }) => isLeak).length;
  const told = hits.filter(({ etaLow }) => etaLow !== undefined);
  const held = told.filter(
    ({ label, etaLow = 0, etaHigh = Number.POSITIVE_INFINITY }) =>
      etaLow <= label.eta_s && label.eta_s <= etaHigh,
  );
  const cells = [
    share(hits.length, hits.length + falseAlarms),
    `${share(hits.length, leaks.length)} of ${leaks.length}`,
    `${percent(falseAlarms, others.length)} of ${others.length}`,
    areaUnder(leaks.map(scoreOf), others.map(scoreOf)).toFixed(3),
    told.length === 0 ? "" : share(held.length, told.length),
    Math.round((user + system) / cases.length),
  ];
  return `| ${[name, by, ...cells].join(" | ")} |`;
}

/** @param {{ score: number }} judged */
function scoreOf({ score }) {
  return score;
}

/**
 * @param {string} folder
 * @param {[string, Judge][]} judges
 */
async function printStream(folder, judges) {
  const cases = [];
  for (const seed of SEEDS) {
    const path = join(folder, `stream-${seed}`);
    const args = ["stream", "--split", "open", "--seed", seed, "--per", values.stream];
    const leakgen = join(values.leakbench, "leakgen.py");
    execFileSync("python3", [leakgen, ...args, "--out", path], { stdio: "ignore" });
    cases.push(...(await readCases(path)));
  }
  console.log(
    "\n| ten days, by | leaks found | median delay | false alarms per 1,000 node-days | in the mix of a fleet |",
  );
  console.log("|---|---|---|---|---|");
  for (const [by, judge] of judges) console.log(streamRowOf(by, judge, cases));
}

/**
 * @param {string} by
 * @param {Judge} judge
 * @param {readonly Case[]} cases
 */
function streamRowOf(by, judge, cases) {
  /** @type {number[]} */
  const delays = [];
  let leaks = 0;
  /** @type {Map<string, { alarms: number, days: number }>} */
  const families = new Map();
  for (const { series, label } of cases) {
    const alarms = alarmsOf(series, judge);
    if (label.label === "leak") {
      leaks++;
      const first = alarms.find(({ end, isAlarm }) => isAlarm && end >= label.onset);
      if (first) delays.push((first.end - label.onset) / 3_600);
      continue;
    }
    const family = families.get(label.family) ?? { alarms: 0, days: 0 };
    family.alarms += alarms.filter(({ isAlarm }, i) => isAlarm && !alarms[i - 1]?.isAlarm).length;
    family.days += (alarms.length * STEP_S) / DAY_S;
    families.set(label.family, family);
  }
  const all = [...families.values()];
  const rate = (1_000 * sumOf(all, (f) => f.alarms)) / sumOf(all, (f) => f.days);
  const mixed = sumOf(Object.entries(FLEET), ([family, weight]) => {
    const { alarms, days } = families.get(family) ?? { alarms: 0, days: 1 };
    return (weight * 1_000 * alarms) / days;
  });
  const median = delays.sort((a, b) => a - b)[delays.length >> 1] ?? Number.NaN;
  const cells = [
    `${share(delays.length, leaks)} of ${leaks}`,
    `${median.toFixed(0)} h`,
    rate.toFixed(1),
    mixed.toFixed(1),
  ];
  return `| ${[by, ...cells].join(" | ")} |`;
}

/**
 * @param {Series} series
 * @param {Judge} judge
 */
function alarmsOf({ id, t, v, capacity }, judge) {
  const [first, last] = [t[0] ?? 0, t.at(-1) ?? 0];
  /** @type {{ end: number, isLeak: boolean }[]} */
  const verdicts = [];
  let from = 0;
  let to = 0;
  for (let end = first + DAY_S; end <= last + 1; end += STEP_S) {
    while ((t[to] ?? Number.POSITIVE_INFINITY) <= end) to++;
    while ((t[from] ?? 0) < end - WINDOW_S) from++;
    const { isLeak } = judge({ id, t: t.slice(from, to), v: v.slice(from, to), capacity });
    verdicts.push({ end, isLeak });
  }
  return verdicts.map(({ end }, i) => ({
    end,
    isAlarm:
      i + 1 >= PERSIST && verdicts.slice(i + 1 - PERSIST, i + 1).every((each) => each.isLeak),
  }));
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {(item: T) => number} of
 */
function sumOf(items, of) {
  return items.reduce((sum, item) => sum + of(item), 0);
}

/**
 * How often a leak's score is above another's; ties count half.
 * @param {readonly number[]} leaks
 * @param {readonly number[]} others
 */
function areaUnder(leaks, others) {
  const wins = sumOf(leaks, (leak) =>
    sumOf(others, (other) => (leak > other ? 1 : leak === other ? 0.5 : 0)),
  );
  return wins / (leaks.length * others.length);
}

/**
 * @param {number} part
 * @param {number} whole
 */
function share(part, whole) {
  return (part / whole).toFixed(3);
}

/**
 * @param {number} part
 * @param {number} whole
 */
function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(2)} %`;
}
