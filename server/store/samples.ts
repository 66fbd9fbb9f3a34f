import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { BUCKETS } from "../core/report";
import type { CgroupSample, HolderSample, Sample, SlabCacheSample } from "../core/series/sample";
import { toInstantColumn, wholeColumn } from "./column-types";
import { bucketColumn } from "./sample-columns";
import { selectRows } from "./select-rows";
import { askStore } from "./store-error";

/** What names a sample of a node: its boot and the moment by its own clock, in ms. */
export interface SampleKey {
  readonly bootId: string;
  readonly takenAtMs: number;
  /** Where it stands on the time axis. */
  readonly atMs: number;
}

interface KeyQuery {
  readonly nodes: readonly string[];
  /** Span of `atMs` to look in, both ends included. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Bits of the column `measured`. */
const MEASURED = { slabCaches: 1, holders: 2, cgroups: 4 } as const;

// One tuple per column: its name and how a sample fills it. Rows travel as bare arrays in this order.
const FIELDS: readonly (readonly [string, (sample: Sample) => unknown])[] = [
  ["node", ({ node }) => node],
  ["at", ({ atMs }) => instant(atMs)],
  ["boot_id", ({ bootId }) => bootId],
  ["taken_at", ({ takenAtMs }) => instant(takenAtMs)],
  ["hostname", ({ hostname }) => hostname ?? null],
  ["kernel", ({ kernel }) => kernel ?? null],
  ["uptime_seconds", ({ uptimeSeconds }) => whole(uptimeSeconds)],
  ["mem_total", ({ memTotal }) => memTotal],
  ...BUCKETS.map((id) => [bucketColumn(id), (s: Sample) => s.buckets[id] ?? null] as const),
  ["available", ({ available }) => available ?? null],
  ["sockets", ({ sockets }) => sockets ?? null],
  ["unexplained", ({ unexplained }) => unexplained ?? null],
  ["oom_kills", ({ oomKills }) => oomKills ?? null],
  ["measured", measuredOf],
  ["slab_names", ofCaches(({ name }) => name)],
  ["slab_bytes", ofCaches(({ bytes }) => bytes)],
  ["holder_comms", ofHolders(({ comm }) => comm ?? null)],
  ["holder_pids", ofHolders(({ pid }) => pid ?? null)],
  ["holder_sockets", ofHolders(({ sockets }) => sockets)],
  ["holder_queued", ofHolders(({ queued }) => queued)],
  ["holder_upper", ofHolders(({ upper }) => upper)],
  ["cgroup_paths", ofCgroups(({ path }) => path)],
  ["cgroup_bytes", ofCgroups(({ bytes }) => bytes)],
  ["lacks", ({ lacks }) => lacks],
  ["labels", ({ labels }) => labels],
];

const [FIRST_COLUMN = "node", ...OTHER_COLUMNS] = FIELDS.map(([name]) => name);

export type SampleStore = ReturnType<typeof createSampleStore>;

const keyRow = z.object({
  node: z.string(),
  boot_id: z.string(),
  taken: wholeColumn,
  at_ms: wholeColumn,
});

/** Samples in the store. */
export function createSampleStore(client: ClickHouseClient) {
  return {
    /**
     * Returns once the rows are on disk, those of the rollups too. The same sample may be written any number
     * of times; it counts once. A batch spans at most 100 days.
     */
    async insertSamples(samples: readonly Sample[]): Promise<void> {
      if (samples.length === 0) return;
      const values = samples.map((sample) => FIELDS.map(([, read]) => read(sample)));
      await askStore(() =>
        client.insert({
          table: "samples",
          columns: [FIRST_COLUMN, ...OTHER_COLUMNS],
          values,
          format: "JSONCompactEachRow",
        }),
      );
    },

    /** The samples that are there of these nodes, by node. A node without any has no entry. */
    async knownKeys({ nodes, fromMs, toMs }: KeyQuery): Promise<ReadonlyMap<string, SampleKey[]>> {
      const rows = await selectRows(client, {
        query: `SELECT node, boot_id, toUnixTimestamp64Milli(taken_at) AS taken,
                  toUnixTimestamp64Milli(at) AS at_ms
                FROM samples
                WHERE node IN {nodes:Array(String)}
                  AND at >= fromUnixTimestamp64Milli({fromMs:Int64})
                  AND at <= fromUnixTimestamp64Milli({toMs:Int64})`,
        params: { nodes, fromMs, toMs },
        row: keyRow,
      });
      const known = new Map<string, SampleKey[]>();
      for (const row of rows) {
        const key = { bootId: row.boot_id, takenAtMs: row.taken, atMs: row.at_ms };
        const there = known.get(row.node);
        if (there) there.push(key);
        else known.set(row.node, [key]);
      }
      return known;
    },
  };
}

function ofCaches(read: (cache: SlabCacheSample) => unknown) {
  return ({ slabCaches = [] }: Sample) => slabCaches.map(read);
}

function ofHolders(read: (holder: HolderSample) => unknown) {
  return ({ holders = [] }: Sample) => holders.map(read);
}

function ofCgroups(read: (cgroup: CgroupSample) => unknown) {
  return ({ cgroups = [] }: Sample) => cgroups.map(read);
}

function measuredOf({ slabCaches, holders, cgroups }: Sample): number {
  return (
    (slabCaches ? MEASURED.slabCaches : 0) |
    (holders ? MEASURED.holders : 0) |
    (cgroups ? MEASURED.cgroups : 0)
  );
}

function instant(ms: number): string {
  return toInstantColumn(new Date(Math.round(ms)).toISOString());
}

function whole(value: number | undefined): number | null {
  return value === undefined ? null : Math.floor(value);
}
