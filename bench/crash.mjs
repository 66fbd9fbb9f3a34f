/**
 * Kills the web server and the engine in turn, without warning, while nodes push; then counts what is in the store.
 *
 *     node bench/crash.mjs [--kills 20] [--nodes 24] [--dir DIR]
 *
 * Ends with 1 when a sample that was acknowledged is missing, or stands in a table twice. Needs Linux. At the end
 * everything is killed at once, and the store is opened again from what lies in the folder.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { countSamples } from "../e2e/count-samples.mjs";
import { kill, launchServer, until } from "../e2e/launched-server.mjs";
import { startPusher } from "../e2e/pusher.mjs";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    nodes: { type: "string", default: "24" },
    dir: { type: "string" },
  },
});
const kills = Number(values.kills);
const BACK_MS = 60_000;
// Yesterday, so that no rule about old or future samples plays a part.
const FIRST_TAKEN = Math.floor(Date.now() / 86_400_000 - 1) * 86_400;

const dataDir = values.dir ?? mkdtempSync(join(tmpdir(), "memledger-crash-"));
process.once("exit", () => rmSync(dataDir, { recursive: true, force: true }));
const server = await launchServer({ dataDir });
try {
  await main();
} finally {
  await server.killAll();
}

async function main() {
  const pusher = startPusher({
    url: server.url,
    nodes: Number(values.nodes),
    firstTaken: FIRST_TAKEN,
  });
  const gaps = [];
  for (let turn = 0; turn < kills; turn += 1) {
    const part = turn % 2 === 0 ? "site" : "engine";
    await acknowledgedAfterwards(pusher, Number(values.nodes) * 3);
    // Anywhere between two flushes of the server, and never in step with them.
    await wait(100 + Math.random() * 1400);
    kill(await present(part));
    const killedAt = performance.now();
    await acknowledgedAfterwards(pusher, 1);
    gaps.push({ part, ms: performance.now() - killedAt });
  }
  await acknowledgedAfterwards(pusher, 1);
  await server.killAll();
  await pusher.stop();
  report(pusher, gaps, await countSamples(dataDir));
}

/** @param {"site" | "engine"} part */
async function present(part) {
  await until(() => server.pidOf(part) !== undefined, BACK_MS);
  return server.pidOf(part) ?? 0;
}

/** @param {ReturnType<typeof startPusher>} pusher @param {number} more */
async function acknowledgedAfterwards(pusher, more) {
  const before = pusher.acknowledged();
  await until(() => pusher.acknowledged() >= before + more, BACK_MS).catch((error) => {
    console.error(server.output(), Object.fromEntries(pusher.tally.refusals));
    throw error;
  });
}

/**
 * @param {ReturnType<typeof startPusher>} pusher
 * @param {{ part: string, ms: number }[]} gaps
 * @param {Awaited<ReturnType<typeof countSamples>>} counted
 */
function report({ state, tally, acknowledged }, gaps, counted) {
  const lost = state.flatMap(({ node, acknowledged: moments }) =>
    moments.filter((taken) => !counted.raw.has(`${node} ${taken}`)),
  );
  const twice = [...counted.raw].filter(([, times]) => times > 1);
  const distinct = counted.raw.size;
  const wrongRollups = [...counted.rollups].filter(([, samples]) => samples !== distinct);
  const strangers = distinct - state.reduce((sum, { sent }) => sum + sent, 0);
  const checks = {
    "acknowledged and missing": lost.length,
    "in the raw table twice": twice.length,
    "stored though never sent": Math.max(0, strangers),
    ...Object.fromEntries(
      [...counted.rollups].map(([table, samples]) => [
        `${table}: counted, less those in raw`,
        samples - distinct,
      ]),
    ),
  };
  console.log("| what | count |\n|---|---:|");
  const rows = {
    kills: gaps.length,
    "samples acknowledged": acknowledged(),
    "samples stored": distinct,
    "bodies sent": tally.requests,
    "bodies sent again": tally.repeated,
    "samples known already": tally.duplicates,
    "longest time without an answer, site killed, ms": longest(gaps, "site"),
    "longest time without an answer, engine killed, ms": longest(gaps, "engine"),
    ...checks,
  };
  for (const [name, count] of Object.entries(rows)) console.log(`| ${name} | ${count} |`);
  for (const [reason, times] of tally.refusals) console.log(`refused ${times} times: ${reason}`);
  const impossible = [...tally.refusals.keys()].filter((reason) => reason.startsWith("answered"));
  const isGood =
    lost.length + twice.length + wrongRollups.length + impossible.length === 0 && strangers <= 0;
  console.log(isGood ? "nothing lost, nothing twice" : "NOT GOOD");
  process.exitCode = isGood ? 0 : 1;
}

/** @param {{ part: string, ms: number }[]} gaps @param {string} part */
function longest(gaps, part) {
  return Math.round(Math.max(0, ...gaps.filter((gap) => gap.part === part).map(({ ms }) => ms)));
}
