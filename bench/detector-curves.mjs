// Prints what the detector sees in labelled series, a line of JSON per curve that it looks at, for bench/fit-detector.py:
//   node bench/detector-curves.mjs [--leakbench ../shared/leakbench] [--seeds 102,103,104]
// From leakbench's open families, the `tune` families of bench/other-shapes.py and its machines with injected leaks.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeCorpora } from "./leak-corpora.mjs";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: {
    leakbench: { type: "string", default: "../shared/leakbench" },
    seeds: { type: "string", default: "102,103,104" },
  },
});
const SIZES = { open: 24, shapes: 18, machines: 150 };
const LATEST_HINGE = 0.8;
const HINGE_WEIGHED = 0.9;
const LEAST_BINS = 12;
const LEAST_SHARE = 0.15;
const MOST_RESTARTS = 3;
const MODULES = [
  ...["samples", "bins", "restarts", "flat", "curve", "drift", "hinge", "rival-shapes"],
  "witnesses",
];

await loadSource(main);

/** @param {(path: string) => Promise<Record<string, any>>} load */
async function main(load) {
  const modules = await Promise.all(MODULES.map((name) => load(`/server/core/trend/${name}.ts`)));
  const trend = Object.assign({}, ...modules);
  const folder = await mkdtemp(join(tmpdir(), "detector-curves-"));
  try {
    for (const seed of values.seeds.split(",")) {
      const corpora = makeCorpora({ folder, leakbench: values.leakbench, seed, ...SIZES });
      for (const corpus of corpora) if (corpus.name !== "held") await print(trend, corpus);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {any} trend
 * @param {{ name: string, path: string }} corpus
 */
async function print(trend, { name, path }) {
  const labels = new Map((await readLines(`${path}.labels.jsonl`)).map((each) => [each.id, each]));
  for (const series of await readLines(`${path}.in.jsonl`)) {
    const label = labels.get(series.id);
    if (label.tier !== "core") continue;
    const isLeak = label.label === "leak";
    // A leak that is restarted does not rise over the whole window: there is nothing to learn from it.
    const isSawtooth = isLeak && label.family.includes("restarts");
    for (const witnesses of curvesOf(trend, series, isSawtooth)) {
      process.stdout.write(`${JSON.stringify({ corpus: name, isLeak, witnesses })}\n`);
    }
  }
}

/**
 * @param {string} path
 * @returns {Promise<any[]>}
 */
async function readLines(path) {
  const text = await readFile(path, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/**
 * The window, the run since the last restart, and what lies behind a hinge in each.
 * @param {any} trend
 * @param {any} series
 * @param {boolean} isSawtooth
 */
function* curvesOf(trend, series, isSawtooth) {
  const samples = trend.readSamples(series);
  const count = samples.t.length;
  if (trend.isFlat(trend.blockMeans(samples))) return;
  const bins = trend.toBins(samples, 0, count);
  const cuts = trend.restartsOf(bins);
  if (!(isSawtooth && cuts.length > 0)) yield* looksAt(trend, bins);
  if (cuts.length === 0 || cuts.length > MOST_RESTARTS) return;
  const cut = bins.slot[cuts.at(-1)] * bins.width;
  const from = samples.t.findIndex((/** @type {number} */ each) => each >= cut);
  const end = samples.t[count - 1];
  if (end - cut < LEAST_SHARE * end || count - from < LEAST_BINS) return;
  yield* looksAt(trend, trend.toBins(samples, from, count));
}

/**
 * @param {any} trend
 * @param {any} bins
 */
function* looksAt(trend, bins) {
  if (bins.x.length < LEAST_BINS) return;
  const curve = trend.curveOf(bins);
  yield* witnessesOf(trend, curve, 1);
  const hinge = trend.hingeOf(curve.x, curve.y, LATEST_HINGE);
  if (!hinge || hinge.leftOfLine >= HINGE_WEIGHED) return;
  if (curve.x.length - hinge.from < LEAST_BINS) return;
  yield* witnessesOf(trend, trend.tailOf(curve, hinge.from), 1 - hinge.at);
}

/**
 * @param {any} trend
 * @param {any} curve
 * @param {number} share
 */
function* witnessesOf(trend, curve, share) {
  const drift = trend.driftOf(curve);
  if (!(drift.slope > 0)) return;
  yield trend.witnessesOf(curve, drift, trend.rivalShapesOf(curve.x, curve.y), share);
}
