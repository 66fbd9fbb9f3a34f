import type { CgroupMemory } from "./cgroup-memory";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { type Sample, samplesOf } from "./prometheus";
import { nothingUsable } from "./text-lines";

interface OpenGroup {
  readonly path: string;
  readonly stat: Map<string, Measured>;
  readonly values: Map<string, Measured>;
  /** Latest time by series, where the lines have times. */
  readonly times: Map<string, number>;
}

/** Metric → the file or field of cgroup v1 that cAdvisor read (of v2 it reads the like). */
const METRICS: ReadonlyMap<string, readonly ["stat" | "values", string]> = new Map([
  ["container_memory_usage_bytes", ["values", "memory.usage_in_bytes"]],
  ["container_memory_kernel_usage", ["values", "memory.kmem.usage_in_bytes"]],
  ["container_spec_memory_limit_bytes", ["values", "memory.limit_in_bytes"]],
  ["container_memory_rss", ["stat", "total_rss"]],
  ["container_memory_cache", ["stat", "total_cache"]],
  ["container_memory_mapped_file", ["stat", "total_mapped_file"]],
  ["container_memory_swap", ["stat", "total_swap"]],
  ["container_memory_working_set_bytes", ["stat", "working_set"]],
]);

/**
 * Container memory of a cAdvisor or kubelet (`/metrics/cadvisor`) scrape: one entry per cgroup, which
 * the label `id` names, in bytes. A limit of 0 means none and is absent. Series without an `id` (those
 * of `/metrics/resource`) name no cgroup and are passed over.
 *
 *     container_memory_usage_bytes{container="db",id="/kubepods/…",pod="db-0"} 1.2e+09 1700000000000
 *
 * Throws ParseError without a cgroup. Source: github.com/google/cadvisor, metrics/prometheus.go.
 */
export function parseCadvisor(text: string): Parsed<readonly CgroupMemory[]> {
  const groups = new Map<string, OpenGroup>();
  const skipped: SkippedLine[] = [];
  for (const sample of samplesOf(text, skipped)) take(groups, sample);
  if (groups.size === 0) throw nothingUsable("cAdvisor", text);
  return { value: [...groups.values()].map(({ times: _, ...group }) => group), skipped };
}

function take(groups: Map<string, OpenGroup>, sample: Sample): void {
  const [part, field] = METRICS.get(sample.name) ?? [];
  const path = sample.labels.get("id");
  if (part === undefined || field === undefined || !path) return;
  const group = groups.get(path) ?? open(path);
  const at = sample.atMs ?? 0;
  if ((group.times.get(field) ?? at) > at) return;
  groups.set(path, group);
  if (field === "memory.limit_in_bytes" && sample.value === 0) return;
  group.times.set(field, at);
  group[part].set(field, { value: sample.value, line: sample.line });
}

function open(path: string): OpenGroup {
  return { path, stat: new Map(), values: new Map(), times: new Map() };
}
