import type { ClickHouseClient } from "@clickhouse/client";
import type { z } from "zod";
import { askStore } from "./store-error";

interface Select<T extends z.ZodType> {
  /** SQL with `{name:Type}` in place of every value. */
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly row: T;
}

/** Runs a query and checks each row against its schema, so that a changed table fails here and not in a page. */
export async function selectRows<T extends z.ZodType>(
  client: ClickHouseClient,
  { query, params, row }: Select<T>,
): Promise<z.infer<T>[]> {
  const rows = await askStore(async () => {
    const result = await client.query({
      query,
      query_params: { ...params },
      format: "JSONEachRow",
    });
    return result.json();
  });
  return rows.map((found) => row.parse(found));
}

/** Writes rows of column names and values; returns when the engine has taken them to disk. */
export async function insertRows(
  client: ClickHouseClient,
  table: string,
  values: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  await askStore(() => client.insert({ table, values: [...values], format: "JSONEachRow" }));
}
