// How long a backup takes, what inserts feel of it, and how long the way back is.
//   node bench/backup.mjs [million samples, default 2]
// Samples are made in the engine, 1,000 nodes at 30 s, most columns moving in pages; every second 333 more are inserted.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSource } from "./load-source.mjs";

const MILLIONS = Number(process.argv[2] ?? 2);
const NODES = 1000;
const PER_SECOND = 333;
const QUIET_SECONDS = 15;

const COLUMNS =
  "anon, shmem, file_cache, slab_reclaimable, slab_unreclaimable, kernel_stack, page_tables, percpu, vmalloc, allocpage, pcp, free, available, sockets, unexplained".split(
    ", ",
  );

/**
 * @param {string} at
 * @param {number} rows
 */
const insertOf = (
  at,
  rows,
) => `INSERT INTO samples (node, at, boot_id, mem_total, ${COLUMNS.join(", ")})
  SELECT concat('node-', toString(number % ${NODES})), ${at}, 'boot', 68719476736,
    ${COLUMNS.map((_, index) => `4096 * (100000 + rand(${index}) % 300)`).join(", ")}
  FROM numbers(${rows})`;

/** @param {number[]} took */
function spread(took) {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share = 0) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  return `${took.length} inserts, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

/** @param {string} folder */
async function sizeOf(folder) {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name));
    if (found.isFile()) bytes += found.size;
  }
  return bytes;
}

await loadSource(async (load) => {
  const { startEngine } = await load("/server/store/engine/start-engine.test-support.ts");
  const { connectStore } = await load("/server/store/client.ts");
  const { migrate } = await load("/server/store/migrate.ts");
  const { openEngineArchive } = await load("/server/store/engine-archive.ts");
  const { writeBackup } = await load("/server/services/backup/write-backup.ts");
  const { restoreBackup } = await load("/server/services/backup/restore-backup.ts");
  const root = await mkdtemp(join(tmpdir(), "memledger-bench-backup-"));
  const dataDir = join(root, "data");
  const folder = join(dataDir, "clickhouse");
  const engine = await startEngine({ dataDir: folder });
  const client = connectStore({ url: engine.url });
  const store = openEngineArchive({ url: engine.url, folder });
  let isWatching = true;
  try {
    await migrate(client);
    for (let million = 0; million < MILLIONS; million += 1) {
      const at = `now() - toIntervalSecond(30 * (intDiv(number, ${NODES}) + ${million * 1000}))`;
      await client.command({ query: insertOf(at, 1_000_000) });
    }
    console.log(`${MILLIONS} million samples, ${((await store.measure()) / 1e6).toFixed(0)} MB`);

    /** @param {Promise<unknown>} until */
    const watch = async (until) => {
      isWatching = true;
      void until.then(() => {
        isWatching = false;
      });
      /** @type {number[]} */
      const took = [];
      while (isWatching) {
        const started = performance.now();
        await client.command({ query: insertOf("now()", PER_SECOND) });
        took.push(performance.now() - started);
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 - (took.at(-1) ?? 0))));
      }
      return spread(took);
    };
    const quiet = new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));
    console.log(`without a backup: ${await watch(quiet)}`);

    const target = join(root, "backup");
    const started = performance.now();
    const backup = writeBackup({ dataDir, store, version: "bench", now: Date.now }, target);
    let seconds = 0;
    void backup.then(() => {
      seconds = (performance.now() - started) / 1000;
    });
    console.log(`during a backup: ${await watch(backup)}`);
    const megabytes = (await sizeOf(target)) / 1e6;
    console.log(`the backup: ${megabytes.toFixed(0)} MB in ${seconds.toFixed(1)} s`);

    const restoring = performance.now();
    /** @param {string} place */
    const openStore = async (place) => {
      const own = await startEngine({ dataDir: place });
      const its = openEngineArchive({ url: own.url, folder: place });
      return {
        ...its,
        stop: async () => {
          await its.close();
          await own.stop();
        },
      };
    };
    const parts = { dataDir: join(root, "again"), openStore, now: Date.now };
    await restoreBackup(parts, target, { replace: false });
    console.log(`the way back: ${((performance.now() - restoring) / 1000).toFixed(1)} s`);
  } finally {
    isWatching = false;
    await store.close();
    await client.close();
    await engine.stop();
    await rm(root, { recursive: true, force: true });
  }
});
