import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import type { NodePanels, PanelSeries } from "../core/series/history";
import { wholeColumn } from "./column-types";
import { selectRows } from "./select-rows";
import { chooseStep } from "./series-slots";
import { isOneSlot, steadyStep } from "./series-steady";
import type { Series } from "./series-trends";

export interface PanelsQuery {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** At most so many points in a line. */
  readonly points: number;
  /** So many lines by size, and so many by growth. */
  readonly top: number;
}

interface Panel {
  /** Bit of `measured` which says that the sample has the list. */
  readonly bit: number;
  /** Array of the names of its lines, and of their bytes. */
  readonly names: string;
  readonly bytes: string;
}

const SLAB: Panel = { bit: 1, names: "slab_names", bytes: "slab_bytes" };
const HOLDERS: Panel = {
  bit: 2,
  names: `arrayMap((comm, pid) -> concat(ifNull(comm, 'unknown'),
    if(isNull(pid), '', concat(' (', toString(pid), ')'))), holder_comms, holder_pids)`,
  bytes: "holder_upper",
};
const CGROUPS: Panel = { bit: 4, names: "cgroup_paths", bytes: "cgroup_bytes" };

const TREND_STEP_MS = 5 * 60_000;
const TREND_LINES = 200;

export async function readPanels(
  client: ClickHouseClient,
  query: PanelsQuery,
): Promise<NodePanels> {
  const stepMs = chooseStep(query.toMs - query.fromMs, query.points);
  const [slabCaches, holders, cgroups] = await Promise.all(
    [SLAB, HOLDERS, CGROUPS].map((panel) => readLines(client, panel, { ...query, stepMs })),
  );
  return {
    slabCaches: toPanel(slabCaches ?? [], stepMs),
    holders: toPanel(holders ?? [], stepMs),
    cgroups: toPanel(cgroups ?? [], stepMs),
  };
}

export async function readSlabTrend(
  client: ClickHouseClient,
  span: Pick<PanelsQuery, "node" | "fromMs" | "toMs">,
): Promise<ReadonlyMap<string, Series>> {
  const query = { ...span, stepMs: TREND_STEP_MS, top: TREND_LINES };
  const lines = await readLines(client, SLAB, query);
  return new Map(
    lines.map(({ name, at, bytes }) => [
      name,
      { t: Float64Array.from(at, (ms) => ms / 1000), v: Float64Array.from(bytes) },
    ]),
  );
}

const lineRow = z.object({
  name: z.string(),
  at: z.array(wholeColumn),
  bytes: z.array(wholeColumn),
  looks: z.array(wholeColumn),
});
type Line = z.infer<typeof lineRow>;

/** Of each slot the last sample that has the list; of all names the largest and those that grew most. */
function readLines(
  client: ClickHouseClient,
  panel: Panel,
  query: Omit<PanelsQuery, "points"> & { readonly stepMs: number },
): Promise<Line[]> {
  const { node, fromMs, toMs, stepMs, top } = query;
  return selectRows(client, {
    query: lineQuery(panel),
    params: { node, fromMs, toMs, stepMs, top },
    row: lineRow,
  });
}

function lineQuery({ bit, names, bytes }: Panel): string {
  return `WITH looks AS
(
    SELECT intDiv(toUnixTimestamp64Milli(at), {stepMs:Int64}) AS place,
        max(tuple(at, ${names}, ${bytes})) AS look, uniqExact(at) AS looks_there
    FROM samples
    WHERE node = {node:String} AND bitAnd(measured, ${bit}) != 0
        AND at >= fromUnixTimestamp64Milli({fromMs:Int64})
        AND at < fromUnixTimestamp64Milli({toMs:Int64})
    GROUP BY place
),
-- A name may stand twice in one look (two processes of unknown id): their bytes are one line.
cells AS
(
    SELECT toUnixTimestamp64Milli(look.1) AS at_ms, cell.1 AS name, sum(cell.2) AS size,
        any(looks_there) AS looks_here
    FROM looks ARRAY JOIN arrayZip(look.2, look.3) AS cell
    GROUP BY at_ms, name
),
lines AS
(
    SELECT name, groupArray((at_ms, size, looks_here)) AS dots, max(size) AS largest,
        toInt64(argMax(size, at_ms)) - toInt64(argMin(size, at_ms)) AS growth
    FROM (SELECT * FROM cells ORDER BY at_ms)
    GROUP BY name
)
SELECT name, dots.1 AS at, dots.2 AS bytes, dots.3 AS looks
FROM
(
    SELECT name, arraySort(dots) AS dots, largest,
        row_number() OVER (ORDER BY largest DESC, name) AS by_size,
        row_number() OVER (ORDER BY growth DESC, name) AS by_growth
    FROM lines
)
WHERE by_size <= {top:UInt32} OR by_growth <= {top:UInt32}
ORDER BY largest DESC, name`;
}

/** As wide as the pauses between looks, slots would be empty now and then: the lines are drawn on steadier ones. */
function toPanel(lines: readonly Line[], stepMs: number): PanelSeries[] {
  const longest = lines.reduce<Line | undefined>(
    (most, line) => (line.at.length > (most?.at.length ?? 0) ? line : most),
    undefined,
  );
  const slots = longest?.at.map((atMs, index) => ({ atMs, samples: longest.looks[index] ?? 1 }));
  const wider = steadyStep(stepMs, slots ?? []);
  return lines.map(({ name, at, bytes }) => ({ name, points: lastOfEach(at, bytes, wider) }));
}

function lastOfEach(at: readonly number[], bytes: readonly number[], stepMs: number) {
  const points: { atMs: number; bytes: number }[] = [];
  for (const [index, atMs] of at.entries()) {
    const last = points.at(-1);
    if (last && isOneSlot(last.atMs, atMs, stepMs)) points.pop();
    points.push({ atMs, bytes: bytes[index] ?? 0 });
  }
  return points;
}
