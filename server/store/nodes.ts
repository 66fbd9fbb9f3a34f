import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { instantColumn, wholeColumn, withoutNulls } from "./column-types";
import { selectRows } from "./select-rows";

/** A node by its newest snapshot. */
export interface NodeRecord {
  readonly node: string;
  readonly hostname?: string;
  readonly kernel?: string;
  readonly os?: string;
  readonly snapshotId: string;
  readonly takenAt?: string;
  readonly receivedAt: string;
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
  snapshot_id: z.string(),
  taken_at: instantColumn.nullable(),
  received_at: instantColumn,
  snapshots: wholeColumn,
});

// Each node by its newest snapshot, with what the present rules say of it. A node is found by a part of
// its name, its kernel, its verdict or the sentence of it.
const FOUND = `
WITH latest AS
(
    SELECT node, hostname, kernel, os, id, taken_at, received_at,
        coalesce(taken_at, received_at) AS moment
    FROM snapshots FINAL
    ORDER BY moment DESC, received_at DESC, look DESC
    LIMIT 1 BY node
),
counts AS (SELECT node, count() AS snapshots FROM snapshots FINAL GROUP BY node),
judged AS
(
    SELECT snapshot_id, toString(status) AS status, headline
    FROM reports
    WHERE rules_version = {rulesVersion:String}
    ORDER BY computed_at DESC
    LIMIT 1 BY snapshot_id
),
found AS
(
    SELECT latest.node AS node, latest.hostname AS hostname, latest.kernel AS kernel,
        latest.os AS os, latest.id AS snapshot_id, latest.taken_at AS taken_at,
        latest.received_at AS received_at, latest.moment AS moment,
        counts.snapshots AS snapshots, judged.status AS status
    FROM latest
    INNER JOIN counts ON counts.node = latest.node
    LEFT JOIN judged ON judged.snapshot_id = latest.id
    WHERE {search:String} = '' OR positionCaseInsensitiveUTF8(
        concat(latest.node, '\\n', ifNull(latest.kernel, ''), '\\n',
            judged.status, '\\n', judged.headline),
        {search:String}) > 0
)`;

// The sick first, then those last heard of. A node these rules have not judged yet stands between.
const LIST = `${FOUND}
SELECT node, hostname, kernel, os, snapshot_id, taken_at, received_at, snapshots
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

/** The nodes that snapshots have been received of. */
export function createNodeStore(client: ClickHouseClient) {
  return {
    async listNodes(query: NodeQuery): Promise<NodeRecord[]> {
      const rows = await selectRows(client, { query: LIST, params: { ...query }, row: nodeRow });
      return rows.map(({ hostname, kernel, os, taken_at: takenAt, ...row }) => ({
        node: row.node,
        ...withoutNulls({ hostname, kernel, os, takenAt }),
        snapshotId: row.snapshot_id,
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
