import { expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import { BUCKETS, type Report, type SnapshotReport } from "../core/report";
import { reportJsonSchema, reportSchema, type snapshotReportSchema } from "./report-schema";

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
type IsSame<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type OfSchema<T extends z.ZodType> = DeepReadonly<z.infer<T>>;

it("schema and types describe the same document: the compiler says so", () => {
  expectTypeOf<IsSame<OfSchema<typeof reportSchema>, Report>>().toEqualTypeOf<true>();
  expectTypeOf<
    IsSame<OfSchema<typeof snapshotReportSchema>, SnapshotReport>
  >().toEqualTypeOf<true>();
});

it("a field that is undefined is not the same as one that is absent", () => {
  const report = { schemaVersion: 1, tool: { name: "memledger", version: "0" }, errors: [] };
  expect(reportSchema.safeParse({ ...report, snapshots: [] }).success).toBe(true);
  expect(reportSchema.safeParse({ ...report, snapshots: undefined }).success).toBe(false);
  expect(reportSchema.safeParse({ ...report, snapshots: [], schemaVersion: 2 }).success).toBe(
    false,
  );
});

it("the JSON Schema names every bucket and the draft it is written in", () => {
  const text = JSON.stringify(reportJsonSchema());
  expect(text).toContain("https://json-schema.org/draft/2020-12/schema");
  for (const bucket of BUCKETS) expect(text).toContain(`"${bucket}"`);
});
