import type { ClickHouseClient } from "@clickhouse/client";
import type { z } from "zod";

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
  const result = await client.query({
    query,
    query_params: { ...params },
    format: "JSONEachRow",
  });
  const rows = await result.json();
  return rows.map((found) => row.parse(found));
}
