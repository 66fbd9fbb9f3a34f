import { quote } from "../evidence";
import type { BucketShare, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, MIB, pagesToBytes } from "../units";

/** A reason not to judge this snapshot: its numbers are not those of one machine's memory. */
export interface Inconsistency {
  readonly id: "container-view" | "double-count";
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

/** How far below zero the remainder may fall by jitter between the reads, in bytes. */
export function negativeTolerance(memTotal: Bytes): Bytes {
  return Math.max(64 * MIB, memTotal * 0.005);
}

interface Closed {
  readonly memTotal: Bytes;
  readonly buckets: readonly BucketShare[];
}

/** Checks that must hold before any verdict; empty when all do. */
export function checkConsistency(snapshot: Snapshot, ledger: Closed): readonly Inconsistency[] {
  const container = containerView(snapshot, ledger.memTotal);
  if (container) return [container];
  const doubleCount = negativeRemainder(ledger);
  return doubleCount ? [doubleCount] : [];
}

/**
 * meminfo made up for a container (lxcfs, "rich container") beside the host's zoneinfo: MemTotal and
 * the managed pages differ by more than 1 %. Deferred initialisation of struct pages looks alike, but
 * there MemFree is off by the same amount.
 */
function containerView(snapshot: Snapshot, memTotal: Bytes): Inconsistency | undefined {
  return managedDiffers(snapshot, memTotal) ?? emptyKernelFields(snapshot);
}

function managedDiffers(snapshot: Snapshot, memTotal: Bytes): Inconsistency | undefined {
  const zoneinfo = snapshot.zoneinfo;
  const managed = managedBytes(snapshot);
  if (!zoneinfo || managed === undefined || managed === 0) return undefined;
  const missing = memTotal - managed;
  if (Math.abs(missing) <= memTotal * 0.01) return undefined;
  if (missing > 0 && isDeferredInit(snapshot, missing)) return undefined;
  const zone = zoneinfo.value.zones.find((each) => each.pages.has("managed"));
  return {
    id: "container-view",
    why: "MemTotal and the managed pages of the zones differ: meminfo was made for a container, the rest is the host's",
    evidence: zone
      ? [
          quote(
            snapshot,
            { file: zoneinfo.file, line: zone.pages.get("managed")?.line ?? zone.line },
            {
              text: "managed pages of all zones",
              value: managed,
              unit: "bytes",
              formula: "Σ managed × page size",
            },
          ),
        ]
      : [],
  };
}

function managedBytes(snapshot: Snapshot): Bytes | undefined {
  const zones = snapshot.zoneinfo?.value.zones ?? [];
  const managed = zones.flatMap((zone) => zone.pages.get("managed")?.value ?? []);
  if (managed.length === 0) return undefined;
  return pagesToBytes(
    managed.reduce((sum, pages) => sum + pages, 0),
    snapshot.node.pageSize,
  );
}

function isDeferredInit(snapshot: Snapshot, missing: Bytes): boolean {
  const memFree = snapshot.meminfo?.value.get("MemFree")?.value;
  const freePages = freePagesOf(snapshot);
  if (memFree === undefined || freePages === undefined) return false;
  const missingFree = memFree - pagesToBytes(freePages, snapshot.node.pageSize);
  return Math.abs(missingFree - missing) <= Math.max(64 * MIB, missing * 0.1);
}

/** Pages on the buddy lists: vmstat's total, else the sum of the zones. */
function freePagesOf(snapshot: Snapshot): number | undefined {
  const total = snapshot.vmstat?.value.get("nr_free_pages")?.value;
  if (total !== undefined) return total;
  const zones = snapshot.zoneinfo?.value.zones ?? [];
  const free = zones.flatMap((zone) => zone.pages.get("nr_free_pages")?.value ?? []);
  return free.length > 0 ? free.reduce((sum, pages) => sum + pages, 0) : undefined;
}

/** lxcfs prints zero for everything it does not know; no kernel runs without slab or stacks. */
function emptyKernelFields(snapshot: Snapshot): Inconsistency | undefined {
  const meminfo = snapshot.meminfo;
  const slab = meminfo?.value.get("Slab");
  if (!meminfo || slab?.value !== 0) return undefined;
  return {
    id: "container-view",
    why: "Slab is 0, which no running kernel has: meminfo was made for a container",
    evidence: [
      quote(
        snapshot,
        { file: meminfo.file, line: slab.line },
        { text: "Slab", value: 0, unit: "bytes" },
      ),
    ],
  };
}

function negativeRemainder(ledger: Closed): Inconsistency | undefined {
  const allocpage = ledger.buckets.find((bucket) => bucket.id === "allocpage");
  const tolerance = negativeTolerance(ledger.memTotal);
  if (!allocpage || allocpage.bytes >= -tolerance) return undefined;
  return {
    id: "double-count",
    why: "the counters add up to more than MemTotal, and no known overlap explains it",
    evidence: allocpage.evidence ?? [],
  };
}
