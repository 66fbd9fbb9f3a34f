import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { ReconcileRow } from "@/server/core/report-reconcile";
import { MIB } from "@/server/core/units";
import { ReconcileTable } from "./reconcile-table";

const row = (more: Partial<ReconcileRow> = {}): ReconcileRow => ({
  tool: "grafana-1860",
  label: "Apps",
  bytes: 30 * MIB,
  formula: "MemTotal − MemFree",
  source: "dashboard 1860",
  differs: 20 * MIB,
  why: "Calls everything an application.",
  parts: [
    { bucket: "allocpage", bytes: 24 * MIB, why: "in no counter" },
    { bucket: "shmem", bytes: -4 * MIB },
  ],
  ...more,
});
const draw = (...rows: readonly ReconcileRow[]) =>
  renderToStaticMarkup(<ReconcileTable rows={rows} />);

it("shows theirs, ours, and the buckets that make the difference, with the reason and the source", () => {
  const text = draw(row()).replace(/<[^>]+>/g, " ");
  for (const words of ["Grafana 1860", "30.0", "10.0", "+20.0 MiB", "+24.0 MiB", "−4.00 MiB"])
    expect(text).toContain(words);
  expect(text).toContain("in no counter");
  expect(text).toContain("Read in dashboard 1860.");
});

it("shows one number per tool, the others on demand", () => {
  const text = draw(row(), row({ label: "RAM Used (gauge)" }), row({ label: "RAM Used" }));
  expect(text).toContain("2 more numbers of these tools");
  expect(text.indexOf("RAM Used")).toBeGreaterThan(text.indexOf("more numbers"));
});

it("draws a row that equals ours, and one of a report from before there were parts", () => {
  expect(draw(row({ differs: 0, parts: [] }))).toContain("none");
  const { parts: _, source: __, ...old } = row();
  expect(draw(old)).toContain("+20.0 MiB");
});
