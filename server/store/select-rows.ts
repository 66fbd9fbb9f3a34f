import type { ClickHouseClient } from "@clickhouse/client";
import type { z } from "zod";
import { askStore } from "./store-error";

interface Select<T extends z.ZodType> {
  /** SQL with `{name:Type}` in place of every value. */
  readonly query: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly row: T;
}

// A deleted row is gone for the reader at once, not when the engine has rewritten its part.
const UNSEEN_ONCE_DELETED = "SETTINGS apply_mutations_on_fly = 1";

/** Runs a SELECT and checks each row against its schema, so that a changed table fails here and not in a page. */
export async function selectRows<T extends z.ZodType>(
  client: ClickHouseClient,
  { query, params, row }: Select<T>,
): Promise<z.infer<T>[]> {
  const rows = await askStore(async () => {
    const result = await client.query({
      query: `${query}\n${UNSEEN_ONCE_DELETED}`,
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
