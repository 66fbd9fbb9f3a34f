import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { instantColumn, wholeColumn, withoutNulls } from "./column-types";
import { selectRows } from "./select-rows";

/** A node that snapshots were received of, or that pushes, or both. Times are ISO 8601 in UTC. */
export interface NodeRecord {
  readonly node: string;
  readonly hostname?: string;
  readonly kernel?: string;
  readonly os?: string;
  /** Its newest snapshot; absent for a node that only pushes. */
  readonly snapshotId?: string;
  readonly takenAt?: string;
  /** When the snapshot came, else the last sample. */
  readonly receivedAt: string;
  /** Its newest sample; absent for a node that does not push. */
  readonly lastSampleAt?: string;
  /** How many snapshots there are of it. */
  readonly snapshots: number;
}

export interface NodeQuery {
  /** Part of the name, kernel, verdict or headline, any case; empty for all. */
  readonly search: string;
  readonly rulesVersion: string;
  readonly offset: number;
  readonly limit: number;
}

const nodeRow = z.object({
  node: z.string(),
  hostname: z.string().nullable(),
  kernel: z.string().nullable(),
  os: z.string().nullable(),
  snapshot_id: z.string().nullable(),
  taken_at: instantColumn.nullable(),
  received_at: instantColumn,
  last_sample_at: instantColumn.nullable(),
  snapshots: wholeColumn,
});

// Each node by its newest snapshot and its newest sample, with what is thought of it: the verdict over time
// where it pushes, else what the present rules say of the snapshot. A node is found by a part of its name,
// its kernel, its verdict or the sentence of it. A join leaves '' and 0 where there is nothing.
const FOUND = `
WITH looks AS
(
    SELECT node, hostname, kernel, os, id, taken_at, received_at,
        coalesce(taken_at, received_at) AS moment
    FROM snapshots FINAL
    ORDER BY moment DESC, received_at DESC, look DESC
    LIMIT 1 BY node
),
counts AS (SELECT node, count() AS snapshots FROM snapshots FINAL GROUP BY node),
pushed AS (SELECT node, hostname, kernel, at FROM latest FINAL),
names AS (SELECT node FROM looks UNION DISTINCT SELECT node FROM pushed),
judged AS
(
    SELECT snapshot_id, toString(status) AS status, headline
    FROM reports
    WHERE rules_version = {rulesVersion:String}
    ORDER BY computed_at DESC
    LIMIT 1 BY snapshot_id
),
verdicts AS (SELECT node, toString(status) AS status, headline FROM node_verdicts FINAL),
found AS
(
    SELECT names.node AS node, looks.id != '' AS has_look, pushed.node != '' AS has_sample,
        coalesce(looks.hostname, pushed.hostname) AS hostname,
        if(has_sample AND isNotNull(pushed.kernel), pushed.kernel, looks.kernel) AS kernel,
        looks.os AS os, if(has_look, looks.id, NULL) AS snapshot_id, looks.taken_at AS taken_at,
        if(has_look, looks.received_at, pushed.at) AS received_at,
        if(has_sample, pushed.at, NULL) AS last_sample_at,
        greatest(looks.moment, pushed.at) AS moment,
        counts.snapshots AS snapshots,
        if(has_sample AND verdicts.status != '', verdicts.status, judged.status) AS status,
        if(has_sample AND verdicts.status != '', verdicts.headline, judged.headline) AS headline
    FROM names
    LEFT JOIN looks ON looks.node = names.node
    LEFT JOIN counts ON counts.node = names.node
    LEFT JOIN pushed ON pushed.node = names.node
    LEFT JOIN verdicts ON verdicts.node = names.node
    LEFT JOIN judged ON judged.snapshot_id = looks.id
    WHERE {search:String} = '' OR positionCaseInsensitiveUTF8(
        concat(node, '\\n', ifNull(kernel, ''), '\\n', status, '\\n', headline),
        {search:String}) > 0
)`;

// The sick first, then those last heard of. A node that nobody has judged yet stands between.
const LIST = `${FOUND}
SELECT node, hostname, kernel, os, snapshot_id, taken_at, received_at, last_sample_at, snapshots
FROM found
ORDER BY
    transform(status,
        ['leaking', 'held', 'suspect', 'watch', 'inconsistent', 'insufficient', 'healthy'],
        [0, 1, 2, 3, 5, 6, 7], 4),
    moment DESC,
    node
LIMIT {limit:UInt32} OFFSET {offset:UInt32}`;

const COUNT = `${FOUND}
SELECT count() AS nodes FROM found`;

export type NodeStore = ReturnType<typeof createNodeStore>;

/** The nodes that are known. */
export function createNodeStore(client: ClickHouseClient) {
  return {
    async listNodes(query: NodeQuery): Promise<NodeRecord[]> {
      const rows = await selectRows(client, { query: LIST, params: { ...query }, row: nodeRow });
      return rows.map(({ hostname, kernel, os, ...row }) => ({
        node: row.node,
        ...withoutNulls({
          hostname,
          kernel,
          os,
          snapshotId: row.snapshot_id,
          takenAt: row.taken_at,
          lastSampleAt: row.last_sample_at,
        }),
        receivedAt: row.received_at,
        snapshots: row.snapshots,
      }));
    },

    async countNodes(query: Pick<NodeQuery, "search" | "rulesVersion">): Promise<number> {
      const [row] = await selectRows(client, {
        query: COUNT,
        params: { ...query },
        row: z.object({ nodes: wholeColumn }),
      });
      return row?.nodes ?? 0;
    },
  };
}
