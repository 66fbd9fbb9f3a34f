import type { ReconcileRow } from "../../report-reconcile";
import { spreadAvailable, spreadUnavailable, UNAVAILABLE_REASONS } from "./available";
import { minus, ownBuckets, plus, spreadField, type ToolFacts } from "./spread";
import { CACHES_OFF_REASONS, inUse, toolRows } from "./tool-row";

const DASHBOARD =
  "Grafana dashboard 1860 “Node Exporter Full” (rfmoz/grafana-dashboards, commit cbb9845)";
const MIXIN = "node_exporter 1 (commit 19ceb0b), docs/node-mixin";
const NOT_AN_APPLICATION = "has no band of its own and is called an application";

/** What dashboards and rules make of node_exporter's numbers; ratios are given as bytes of MemTotal. */
export function prometheusRows(facts: ToolFacts): readonly ReconcileRow[] {
  return [...dashboardRows(facts), ...mixinRows(facts)];
}

function dashboardRows(facts: ToolFacts): readonly ReconcileRow[] {
  const field = (name: string) => spreadField(facts, name);
  return [
    ...toolRows({
      tool: "grafana-1860",
      label: "RAM Used (gauge)",
      source: `${DASHBOARD}, panel “RAM Used”`,
      formula: "(1 − MemAvailable ÷ MemTotal) × 100",
      counted: spreadUnavailable(facts),
      ours: inUse(facts),
      why: "Counts the kernel’s reserves and the cache it keeps back as used.",
      reasons: UNAVAILABLE_REASONS,
    }),
    ...toolRows({
      tool: "grafana-1860",
      label: "RAM Used (Memory Basic)",
      source: `${DASHBOARD}, panel “Memory Basic”`,
      formula: "MemTotal − MemFree − (Cached + Buffers + SReclaimable)",
      counted: minus(
        field("MemTotal"),
        field("MemFree"),
        plus(field("Cached"), field("Buffers"), field("SReclaimable")),
      ),
      ours: inUse(facts),
      why: "Takes shared memory for cache, and free per-CPU pages for used memory.",
      reasons: CACHES_OFF_REASONS,
    }),
    ...toolRows({
      tool: "grafana-1860",
      label: "Apps",
      source: `${DASHBOARD}, panel “Memory Stack”`,
      formula: "MemTotal − MemFree − Buffers − Cached − Slab − PageTables − SwapCached",
      counted: minus(
        field("MemTotal"),
        field("MemFree"),
        field("Buffers"),
        field("Cached"),
        field("Slab"),
        field("PageTables"),
        field("SwapCached"),
      ),
      ours: ownBuckets(facts, ["anon"]),
      why: "Calls everything without a band of its own an application.",
      reasons: {
        ...Object.fromEntries(facts.composition.buckets.map(({ id }) => [id, NOT_AN_APPLICATION])),
        swapCache: "pages that are mapped again are in AnonPages too, and taken off twice",
        pcp: "free pages on per-CPU lists are not in MemFree, and are called an application",
        allocpage: "in no counter, and so called an application",
      },
    }),
  ];
}

function mixinRows(facts: ToolFacts): readonly ReconcileRow[] {
  const field = (name: string) => spreadField(facts, name);
  const fallback = plus(field("Buffers"), field("Cached"), field("MemFree"), field("Slab"));
  const hasAvailable = facts.field("MemAvailable") !== undefined;
  return [
    ...toolRows({
      tool: "prometheus-mixin",
      label: "memory utilisation",
      source: `${MIXIN}/rules/rules.libsonnet (instance:node_memory_utilisation:ratio)`,
      formula: hasAvailable
        ? "1 − MemAvailable ÷ MemTotal"
        : "1 − (Buffers + Cached + MemFree + Slab) ÷ MemTotal",
      counted: minus(field("MemTotal"), hasAvailable ? spreadAvailable(facts) : fallback),
      ours: inUse(facts),
      why: "Counts the kernel’s reserves and the cache it keeps back as used.",
      reasons: hasAvailable
        ? UNAVAILABLE_REASONS
        : {
            shmem: "Cached contains shared memory and tmpfs, and Cached is taken off",
            slabUnreclaimable:
              "the whole of Slab is taken off, though this part cannot be reclaimed",
            pcp: "free pages on per-CPU lists are not in MemFree",
          },
    }),
    ...toolRows({
      tool: "prometheus-mixin",
      label: "memory used",
      source: `${MIXIN}/lib/prom-mixin.libsonnet (Memory Usage)`,
      formula: "MemTotal − MemFree − Buffers − Cached",
      counted: minus(field("MemTotal"), field("MemFree"), field("Buffers"), field("Cached")),
      ours: inUse(facts),
      why: "Takes shared memory for cache, and reclaimable slab for used memory.",
      reasons: {
        shmem: "Cached contains shared memory and tmpfs, and Cached is taken off",
        slabReclaimable: "reclaimable, but counted as used",
        kernelMiscReclaimable: "reclaimable, but counted as used",
        pcp: "free pages on per-CPU lists are not in MemFree",
      },
    }),
  ];
}
