/**
 * Tries every parser, the reader of pastes and archives and the ledger with damaged input for as long as asked.
 *
 *     npm run fuzz -- --minutes 20 [--seed 1] [--only parseSs]
 *
 * Prints a table of what was tried; a broken promise is printed with the seed and the input that broke it, shrunk.
 * First each parser reads 1 MB and 10 MB of its own and of hostile lines: its work must grow no faster than the text.
 * Exit 1 when a promise was broken. A new parser is tried without a word here: it is found in `server/core/parse`,
 * and its texts are those of its test and of the captures (`server/fuzz/seeds.ts`).
 */
import { parseArgs } from "node:util";
import fc from "fast-check";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    only: { type: "string", default: "" },
  },
});
const LONGEST_SLICE_MS = 2_000;
const LARGE_BYTES = 10_000_000;

/** @typedef {{ name: string, property: any, tries: number, milliseconds: number, broken: string }} Row */

await loadSource(main);

/** @param {(path: string) => Promise<Record<string, any>>} load */
async function main(load) {
  const { parsers, targets } = await readTargets(load);
  const { measureGrowth } = await load("/server/fuzz/growth.ts");
  const rows = [...growthRows(parsers, measureGrowth), ...(await walk(targets))];
  printTable(rows);
  process.exitCode = rows.some(({ broken }) => broken !== "") ? 1 : 0;
}

/** @param {(path: string) => Promise<Record<string, any>>} load */
async function readTargets(load) {
  const { seedParsers } = await load("/server/fuzz/own-seeds.ts");
  const { readSeeds } = await load("/server/fuzz/seeds.ts");
  const { fuzzTargets } = await load("/server/fuzz/targets.ts");
  const seeds = await readSeeds();
  const parsers = await seedParsers(seeds.texts);
  const isWanted = (/** @type {{ name: string }} */ { name }) => name.includes(values.only);
  return {
    parsers: parsers.filter(isWanted),
    targets: fuzzTargets(parsers, seeds).filter(isWanted),
  };
}

/**
 * @param {readonly any[]} parsers
 * @param {any} measureGrowth
 * @returns {readonly Row[]}
 */
function growthRows(parsers, measureGrowth) {
  return parsers.map(({ name, parse, seeds }) => {
    const started = performance.now();
    const { tried, faster } = measureGrowth(parse, seeds, LARGE_BYTES);
    for (const each of faster) console.error(`${name}: ${each}`);
    return {
      name: `${name}, 1 and 10 MB`,
      property: undefined,
      tries: tried,
      milliseconds: performance.now() - started,
      broken: faster.length > 0 ? "grows" : "",
    };
  });
}

/**
 * Every target in turn, a while at a time, until the time is over or all are broken.
 * @param {readonly { name: string, property: any }[]} targets
 * @returns {Promise<Row[]>}
 */
async function walk(targets) {
  const rows = targets.map((target) => ({ ...target, tries: 0, milliseconds: 0, broken: "" }));
  const milliseconds = Number(values.minutes) * 60_000;
  const slice = Math.min(LONGEST_SLICE_MS, milliseconds / rows.length);
  const end = Date.now() + milliseconds;
  let seed = Number(values.seed);
  console.log(`seed ${seed}, ${values.minutes} minutes, ${rows.length} targets`);
  while (Date.now() < end && rows.some(({ broken }) => broken === "")) {
    for (const row of rows.filter(({ broken }) => broken === "")) {
      if (Date.now() < end) await trySlice(row, seed++, slice);
    }
  }
  return rows;
}

/**
 * @param {Row} row
 * @param {number} seed
 * @param {number} slice
 */
async function trySlice(row, seed, slice) {
  const started = performance.now();
  const result = await fc.check(row.property, {
    seed,
    numRuns: 1_000_000,
    interruptAfterTimeLimit: slice,
    markInterruptAsFailure: false,
  });
  row.milliseconds += performance.now() - started;
  row.tries += result.numRuns;
  if (!result.failed) return;
  row.broken = `seed ${seed}`;
  console.error(
    `\n${row.name}: broken\n${fc.defaultReportMessage(result)}\n${result.errorInstance}\n`,
  );
}

/** @param {readonly Row[]} rows */
function printTable(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  console.log(`\n${"target".padEnd(width)}     tries   tries/s  broken`);
  for (const { name, tries, milliseconds, broken } of rows) {
    const rate = milliseconds > 0 ? Math.round((tries / milliseconds) * 1_000) : 0;
    const cells = [name.padEnd(width), String(tries).padStart(9), String(rate).padStart(9)];
    console.log(`${cells.join(" ")}  ${broken || "-"}`);
  }
  const total = rows.reduce((sum, { tries }) => sum + tries, 0);
  const broken = rows.filter((row) => row.broken !== "").length;
  console.log(`${total} inputs tried, ${broken} of ${rows.length} targets broken`);
}
