import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import type { Sample } from "../core/series/sample";
import { wholeColumn } from "./column-types";
import { nameBatches } from "./name-batches";
import { SAMPLE_FIELDS } from "./sample-row";
import { selectRows } from "./select-rows";
import { askStore } from "./store-error";

/** What names a sample of a node: its boot and the moment by its own clock, in ms. */
export interface SampleKey {
  readonly bootId: string;
  readonly takenAtMs: number;
  /** Where it stands on the time axis. */
  readonly atMs: number;
  /** Whether every rollup has it: an engine that died while it wrote may have left one out. */
  readonly isWhole: boolean;
}

interface KeyQuery {
  readonly nodes: readonly string[];
  /** Span of `atMs` to look in, both ends included. */
  readonly fromMs: number;
  readonly toMs: number;
}

const [FIRST_COLUMN = "node", ...OTHER_COLUMNS] = SAMPLE_FIELDS.map(([name]) => name);

export type SampleStore = ReturnType<typeof createSampleStore>;

const NODES_AT_ONCE = 2000;

const keyRow = z.object({
  node: z.string(),
  boot_id: z.string(),
  taken: wholeColumn,
  at_ms: wholeColumn,
  is_whole: z.number(),
});

// Rollups are written one after the other behind the sample itself, and not in one step with it.
const KNOWN_KEYS = `
SELECT node, boot_id, toUnixTimestamp64Milli(taken_at) AS taken,
    toUnixTimestamp64Milli(at) AS at_ms,
    (node, at_ms) IN (${seenIn("rollup_5m")}) AND (node, at_ms) IN (${seenIn("rollup_1h")}) AS is_whole
FROM samples
WHERE node IN {nodes:Array(String)}
    AND at >= fromUnixTimestamp64Milli({fromMs:Int64})
    AND at <= fromUnixTimestamp64Milli({toMs:Int64})`;

function seenIn(rollup: string): string {
  return `
    SELECT node, toInt64(toUnixTimestamp(slot)) * 1000 + arrayJoin(seen).offset
    FROM ${rollup}
    WHERE node IN {nodes:Array(String)}
        AND slot >= toDateTime(intDiv({fromMs:Int64}, 1000), 'UTC') - INTERVAL 1 HOUR
        AND slot <= toDateTime(intDiv({toMs:Int64}, 1000), 'UTC')`;
}

/** Samples in the store. */
export function createSampleStore(client: ClickHouseClient) {
  return {
    /**
     * Returns once the rows are on disk, those of the rollups too. The same sample may be written any number
     * of times; it counts once. A batch spans at most 100 days.
     */
    async insertSamples(samples: readonly Sample[]): Promise<void> {
      if (samples.length === 0) return;
      const values = samples.map((sample) => SAMPLE_FIELDS.map(([, read]) => read(sample)));
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
      const known = new Map<string, SampleKey[]>();
      for (const batch of nameBatches(nodes, NODES_AT_ONCE)) {
        const rows = await selectRows(client, {
          query: KNOWN_KEYS,
          params: { nodes: batch, fromMs, toMs },
          row: keyRow,
        });
        for (const row of rows) addTo(known, row);
      }
      return known;
    },
  };
}

function addTo(known: Map<string, SampleKey[]>, row: z.infer<typeof keyRow>): void {
  const key = {
    bootId: row.boot_id,
    takenAtMs: row.taken,
    atMs: row.at_ms,
    isWhole: row.is_whole === 1,
  };
  const there = known.get(row.node);
  if (there) there.push(key);
  else known.set(row.node, [key]);
}
