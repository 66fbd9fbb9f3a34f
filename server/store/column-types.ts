import { z } from "zod";

/** DateTime64(3, 'UTC') as ClickHouse prints it in JSON: "2026-11-24 02:00:00.000" → ISO 8601. */
export const instantColumn = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?$/)
  .transform((text) => new Date(`${text.replace(" ", "T")}Z`).toISOString());

/** 64-bit integers arrive quoted so that JSON does not round them; ours are sizes below 2^53. */
export const wholeColumn = z
  .union([z.string().regex(/^-?\d{1,20}$/), z.number()])
  .transform(Number)
  .refine(Number.isSafeInteger);

/** ISO 8601 → what a DateTime64(3, 'UTC') column takes. */
export function toInstantColumn(iso: string): string {
  return new Date(iso).toISOString().replace("T", " ").replace("Z", "");
}

type Known<T> = { [K in keyof T]: Exclude<T[K], null> };

/** SQL's NULL is our absent field. */
export function withoutNulls<T extends object>(row: T): Partial<Known<T>> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Partial<
    Known<T>
  >;
}
