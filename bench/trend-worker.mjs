// What judging many nodes over time costs: CPU of the judging process by node and round, and its memory.
//   node --expose-gc bench/trend-worker.mjs [--nodes 1000] [--rounds 4] [--slots 288]
// Synthetic nodes with that many 5-minute slots of history, one in ten of them with memory that no counter shows and
// that grows. Every round each node has a new sample; the trends of 40 nodes are due in a round, as in production.
// The last round reads a heavy push of 100 of them as well: the capture of an incident.
// The engine is a process of its own and is not counted.
import { parseArgs } from "node:util";
import { loadSource } from "./load-source.mjs";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1000" },
    rounds: { type: "string", default: "4" },
    slots: { type: "string", default: "288" },
  },
});
const [NODES, ROUNDS, SLOTS] = [Number(values.nodes), Number(values.rounds), Number(values.slots)];
const LOOKS = 100;
const SLOT_MS = 300_000;
const MIB = 1024 ** 2;
const ROWS_AT_ONCE = 5000;

const used = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const memory = () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return `heap ${(heapUsed / MIB).toFixed(0)} MiB, resident ${(rss / MIB).toFixed(0)} MiB`;
};

/** @param {{ round: () => Promise<number> }} judge @param {string} what */
async function printRound(judge, what) {
  const [cpu, started] = [used(), performance.now()];
  const judged = await judge.round();
  const spent = used() - cpu;
  console.log(
    `${what}: ${judged} nodes, ${(spent / Math.max(1, judged)).toFixed(2)} ms of CPU per node, ` +
      `${spent.toFixed(0)} ms in all, ${(performance.now() - started).toFixed(0)} ms by the clock; ${memory()}`,
  );
}

await loadSource(async (load) => {
  const { startServices } = await load("/server/services/running-services.test-support.ts");
  const { judgingOver } = await load("/server/services/trend/judging.test-support.ts");
  const { HEAVY_FILES } = await load("/server/ingest/push/push.test-support.ts");
  const { samplesOf, grownSince } = await load("/server/services/trend/node-days.test-support.ts");
  const running = await startServices();
  try {
    const nowMs = Math.floor(Date.now() / SLOT_MS) * SLOT_MS;
    const originMs = nowMs - SLOTS * SLOT_MS;
    const names = Array.from({ length: NODES }, (_, index) => `node-${index}`);
    /** @param {number} fromMs @param {number} toMs */
    const fill = async (fromMs, toMs) => {
      /** @type {unknown[]} */
      let rows = [];
      for (const [index, node] of names.entries()) {
        const story = (/** @type {number} */ hours) =>
          index % 10 === 0 ? { buckets: { allocpage: grownSince(hours, 2, 60 * MIB) } } : {};
        rows.push(...samplesOf(node, story, { originMs, fromMs, toMs }));
        if (rows.length < ROWS_AT_ONCE) continue;
        await running.store.samples.insertSamples(rows);
        rows = [];
      }
      await running.store.samples.insertSamples(rows);
    };
    await fill(originMs, nowMs);
    console.log(`${NODES} nodes, ${SLOTS} slots each; before: ${memory()}`);
    const judging = judgingOver(running);
    const judge = judging.open();
    for (let round = 0; round < ROUNDS; round += 1) {
      running.clock.nowMs = nowMs + round * SLOT_MS;
      if (round > 0) await fill(running.clock.nowMs - SLOT_MS, running.clock.nowMs);
      await printRound(judge, `round ${round + 1}`);
    }
    running.clock.nowMs += SLOT_MS;
    await fill(running.clock.nowMs - SLOT_MS, running.clock.nowMs);
    const texts = new Map(Object.entries(HEAVY_FILES));
    const heavy = names.slice(0, LOOKS);
    const atMs = running.clock.nowMs - SLOT_MS;
    await running.store.pushes.insertTexts(heavy.map((node) => ({ node, atMs, texts })));
    await printRound(judge, `round with ${heavy.length} full looks`);
    if (judging.problems.length > 0) console.log(judging.problems.slice(0, 5));
  } finally {
    await running.stop();
  }
});
