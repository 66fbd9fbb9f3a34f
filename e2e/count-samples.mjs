/** What the tables of a server that has stopped hold, read by an engine of their own. */
import { join } from "node:path";
import { createClient } from "@clickhouse/client";
import { keepEngine } from "../server/launch/engine-keeper.mjs";

/**
 * @param {string} dataDir
 * @returns {Promise<{ raw: Map<string, number>, rollups: Map<string, number> }>} raw: how often each sample
 *   ("node taken", epoch seconds by the node's clock) is read; rollups: samples counted by each of them
 */
export async function countSamples(dataDir) {
  const engine = await keepEngine({ dataDir: join(dataDir, "clickhouse"), reserveBytes: 0 });
  const client = createClient({ url: engine.url });
  try {
    /** @param {string} query */
    const rowsOf = async (query) => {
      const result = await client.query({ query, format: "JSONCompactEachRow" });
      return /** @type {[string, string | number][]} */ (await result.json());
    };
    const raw = await rowsOf(`
      SELECT concat(node, ' ', toString(toUnixTimestamp(taken_at))), count()
      FROM samples FINAL GROUP BY node, taken_at`);
    const rollups = await rowsOf(`
      SELECT 'rollup_5m', sum(length(seen)) FROM rollup_5m FINAL
      UNION ALL SELECT 'rollup_1h', sum(length(seen)) FROM rollup_1h FINAL`);
    return { raw: counts(raw), rollups: counts(rollups) };
  } finally {
    await client.close();
    await engine.stop();
  }
}

/** @param {[string, string | number][]} rows */
function counts(rows) {
  return new Map(rows.map(([name, count]) => [name, Number(count)]));
}
