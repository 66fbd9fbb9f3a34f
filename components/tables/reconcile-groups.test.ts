import { expect, it } from "vitest";
import type { ReconcilePart, ReconcileRow } from "@/server/core/report-reconcile";
import { groupByTool, leadingParts, splitLeading } from "./reconcile-groups";

const row = (tool: ReconcileRow["tool"], label: string): ReconcileRow => ({
  tool,
  label,
  bytes: 1,
  formula: "",
  differs: 0,
  why: "",
});
const part = (bytes: number): ReconcilePart => ({ bucket: "pcp", bytes });

it("rows of a tool stand together, in the order they came", () => {
  const groups = groupByTool([row("free", "a"), row("htop", "b"), row("free", "c")]);
  expect(groups.map(({ tool, rows }) => [tool, rows.map(({ label }) => label)])).toEqual([
    ["free", ["a", "c"]],
    ["htop", ["b"]],
  ]);
});

it("each tool leads with the number it is known for", () => {
  const { leading, others } = splitLeading([
    row("free", "used (procps 3.3)"),
    row("free", "used (procps 4)"),
    row("free", "shared"),
    row("grafana-1860", "RAM Used (gauge)"),
    row("grafana-1860", "Apps"),
    row("kubelet", "memory.available (cgroup v2)"),
  ]);
  expect(leading.map(({ label }) => label)).toEqual([
    "used (procps 4)",
    "Apps",
    "memory.available (cgroup v2)",
  ]);
  expect(others).toHaveLength(3);
});

it("the largest parts lead, whatever their sign", () => {
  const { shown, rest } = leadingParts([1, -9, 3, 4, -5, 2, 6].map(part));
  expect(shown.map(({ bytes }) => bytes)).toEqual([-9, 6, -5, 4]);
  expect(rest.map(({ bytes }) => bytes)).toEqual([3, 2, 1]);
});

it("one part too many is shown, not hidden", () => {
  expect(leadingParts([1, 2, 3, 4, 5].map(part)).rest).toEqual([]);
});
