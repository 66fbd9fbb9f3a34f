import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { ensureBrowser } from "./browser.mjs";
import { ensureBundles, ensureSite } from "./build.mjs";
import { inRoot } from "./checkout.mjs";
import { ensureInstalled } from "./install.mjs";
import { runCommand } from "./run-command.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number, note?: string }} Outcome */

const RESULTS = "test-results";
const UNIT_RESULTS = `${RESULTS}/unit.json`;
const BROWSER_RESULTS = `${RESULTS}/browser.json`;

// knip's parser asks for this one; on an older Node the step is skipped and says so.
const KNIP_NEEDS = [20, 19];

/** @type {[string, () => Promise<Outcome>][]} */
const STEPS = [
  ["format and lint", () => step("@biomejs/biome/bin/biome", ["check"])],
  ["types", checkTypes],
  ["dead code", findDeadCode],
  ["unit tests", runUnitTests],
  ["build", build],
  ["browser tests", runBrowserTests],
];

/** Runs every step, also after one has failed, and ends with `N passed, N failed`. */
export async function runTests() {
  await ensureInstalled();
  rmSync(inRoot(RESULTS), { recursive: true, force: true });
  mkdirSync(inRoot(RESULTS), { recursive: true });
  /** @type {[string, Outcome][]} */
  const outcomes = [];
  for (const [name, run] of STEPS) {
    console.log(`\n— ${name}`);
    const startedAt = performance.now();
    const outcome = await run();
    outcomes.push([name, outcome]);
    console.log(line(name, outcome, performance.now() - startedAt));
  }
  console.log("");
  for (const [name, outcome] of outcomes) console.log(line(name, outcome));
  conclude(outcomes.map(([, outcome]) => outcome));
}

/** @param {Outcome[]} outcomes */
function conclude(outcomes) {
  const sum = (/** @type {"passed" | "failed" | "skipped"} */ key) =>
    outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const skipped = sum("skipped");
  console.log(
    `${sum("passed")} passed, ${sum("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  );
  process.exitCode = sum("failed") > 0 ? 1 : 0;
}

/**
 * @param {string} name
 * @param {Outcome} outcome
 * @param {number} [ms]
 */
function line(name, { passed, failed, skipped, note }, ms) {
  const verdict = failed > 0 ? "FAILED " : "ok     ";
  const time = ms === undefined ? "" : ` in ${(ms / 1000).toFixed(1)} s`;
  const counts = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
  return `${verdict}${name}: ${counts}${note === undefined ? "" : ` (${note})`}${time}`;
}

/**
 * @param {string} tool path below node_modules
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function runTool(tool, args, env) {
  return runCommand(process.execPath, [inRoot("node_modules", tool), ...args], env);
}

/**
 * @param {string} tool
 * @param {string[]} args
 */
async function step(tool, args) {
  return outcomeOf((await runTool(tool, args)) === 0);
}

/**
 * @param {boolean} isGood
 * @returns {Outcome}
 */
function outcomeOf(isGood) {
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 };
}

async function checkTypes() {
  // Routes have types that Next writes; without them a link to a page that exists fails the check.
  const typegen = await runTool("next/dist/bin/next", ["typegen"], {
    NEXT_TELEMETRY_DISABLED: "1",
  });
  if (typegen !== 0) return outcomeOf(false);
  // Not bin/tsc: Node before 20.10 cannot load an ES module without an extension.
  return step("typescript/lib/tsc.js", ["--noEmit"]);
}

/** @returns {Promise<Outcome>} */
async function findDeadCode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needsMajor = 0, needsMinor = 0] = KNIP_NEEDS;
  if (major > needsMajor || (major === needsMajor && minor >= needsMinor))
    return step("knip/bin/knip.js", ["--no-progress"]);
  return { passed: 0, failed: 0, skipped: 1, note: `knip needs Node ${KNIP_NEEDS.join(".")}` };
}

async function runUnitTests() {
  const code = await runTool("vitest/vitest.mjs", [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${UNIT_RESULTS}`,
  ]);
  return fromReport(code, UNIT_RESULTS, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

async function build() {
  try {
    await ensureBundles();
    await ensureSite();
    return outcomeOf(true);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return outcomeOf(false);
  }
}

async function runBrowserTests() {
  const browser = await ensureBrowser();
  const code = await runTool(
    "@playwright/test/cli.js",
    ["test", "-c", "e2e", "--reporter=list,json"],
    {
      PLAYWRIGHT_JSON_OUTPUT_NAME: inRoot(BROWSER_RESULTS),
      ...(browser === undefined ? {} : { MEMLEDGER_BROWSER: browser }),
    },
  );
  return fromReport(code, BROWSER_RESULTS, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  }));
}

/**
 * A tool that failed without a failed test (no test found, a crash) counts as one failure.
 *
 * @param {number} code
 * @param {string} file
 * @param {(report: any) => Outcome} read
 * @returns {Outcome}
 */
function fromReport(code, file, read) {
  try {
    const outcome = read(JSON.parse(readFileSync(inRoot(file), "utf8")));
    return code !== 0 && outcome.failed === 0 ? { ...outcome, failed: 1 } : outcome;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, note: `no report; exit code ${code}` };
  }
}
