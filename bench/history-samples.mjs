/** Samples of nodes as agents push them every half minute, made for benches: random walks in pages. */

export const STEP_MS = 30_000;
export const DAY_MS = 86_400_000;
const PAGE = 4096;
const MEM_TOTAL = 64 * 2 ** 30;
/** Pages that a bucket moves by from one sample to the next, at most. */
const WALK = {
  ...{
    anon: 200,
    shmem: 1,
    fileCache: 300,
    buffers: 3,
    slabReclaimable: 20,
    slabUnreclaimable: 10,
  },
  ...{
    kernelStack: 1,
    pageTables: 2,
    percpu: 0,
    secPageTables: 0,
    vmalloc: 1,
    allocpage: 800,
    pcp: 2000,
  },
};
const EMPTY = [
  "swapCache",
  "hugetlb",
  "kernelMiscReclaimable",
  "bounce",
  "writebackTmp",
  "balloon",
];

let state = 1;
/** @param {number} below a whole number from 0, the same in every run */
function draw(below) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** @param {number} width */
const step = (width) => (draw(3) === 0 ? 0 : (draw(2 * width + 1) - width) * PAGE);

/**
 * A sample every half minute, every tenth with its lists.
 *
 * @param {string} node
 */
export function* samplesOf(node, fromMs = 0, toMs = 0) {
  /** @type {Record<string, number>} */
  const buckets = Object.fromEntries(EMPTY.map((id) => [id, 0]));
  for (const id of Object.keys(WALK)) buckets[id] = (50_000 + draw(100_000)) * PAGE;
  const caches = Array.from({ length: 40 }, (_, i) => ({
    name: `cache-${i}`,
    bytes: 2e8 / (i + 1),
  }));
  let sockets = 1e8;
  for (let atMs = fromMs, count = 0; atMs < toMs; atMs += STEP_MS, count += 1) {
    let rest = MEM_TOTAL;
    for (const [id, width] of Object.entries(WALK)) {
      buckets[id] = Math.max(0, (buckets[id] ?? 0) + step(width));
      rest -= buckets[id];
    }
    sockets = Math.max(0, sockets + step(20));
    for (const cache of caches) cache.bytes = Math.max(PAGE, Math.round(cache.bytes + step(30)));
    yield {
      ...{
        node,
        hostname: node,
        bootId: "6f0e2d1c-0000-4000-8000-000000000001",
        kernel: "6.1.0-18-amd64",
      },
      ...{
        atMs,
        takenAtMs: atMs,
        uptimeSeconds: count * 30,
        memTotal: MEM_TOTAL,
        oomKills: 0,
        lacks: [],
      },
      labels: { pool: "bench" },
      buckets: { ...buckets, free: rest },
      unexplained: Math.max(0, (buckets["allocpage"] ?? 0) - sockets),
      available: rest + (buckets["fileCache"] ?? 0),
      sockets,
      ...(count % 10 === 0 && {
        slabCaches: caches.map((cache) => ({ ...cache })),
        holders: Array.from({ length: 8 }, (_, i) => ({
          ...{ comm: `proc-${i}`, pid: 1000 + i, sockets: 10 + draw(3) },
          ...{ queued: draw(100_000), upper: draw(1_000_000) },
        })),
        cgroups: Array.from({ length: 20 }, (_, i) => ({ path: `/pod-${i}`, bytes: draw(1e9) })),
      }),
    };
  }
}
