import type { ClickHouseClient } from "@clickhouse/client";
import { z } from "zod";
import { toInstantColumn } from "./column-types";
import { insertRows, selectRows } from "./select-rows";

export type SettingStore = ReturnType<typeof createSettingStore>;

/** What people have set, by name, as JSON text. What was never set is absent. */
export function createSettingStore(client: ClickHouseClient) {
  return {
    async readSettings(): Promise<ReadonlyMap<string, string>> {
      const rows = await selectRows(client, {
        query: "SELECT name, value FROM settings FINAL ORDER BY name LIMIT 1000",
        params: {},
        row: z.object({ name: z.string(), value: z.string() }),
      });
      return new Map(rows.map(({ name, value }) => [name, value]));
    },

    /** `changedAt` is ISO 8601; the newest wins. */
    writeSetting: (name: string, value: string, changedAt: string): Promise<void> =>
      insertRows(client, "settings", [{ name, value, changed_at: toInstantColumn(changedAt) }]),
  };
}
