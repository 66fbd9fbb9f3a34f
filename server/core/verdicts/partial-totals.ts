import { bucketBytes } from "../accounting/buckets";
import { formatBytes } from "../format-bytes";
import type { DerivedMeminfo } from "../snapshot";
import type { Bytes } from "../units";
import type { Diagnosis } from "./diagnosis";
import { sizeStatus } from "./thresholds";

/** Tools that tell a part of the ledger only, by the name people call them. */
const PARTIAL: Partial<Record<DerivedMeminfo["via"], string>> = {
  crash: "kmem -i of crash",
  free: "free",
  top: "top",
  "vmstat-s": "vmstat -s",
  smem: "smem",
  xsos: "xsos",
};
const PLAIN_NAMES: ReadonlyMap<string, string> = new Map([
  ["MemFree", "free memory"],
  ["Cached", "the page cache"],
  ["AnonPages", "process memory"],
  ["Slab", "slab"],
  ["Hugepagesize", "the size of huge pages"],
]);

/** What a tool's table leaves together, as a sentence; absent where there is a whole ledger. */
export function partialTotals(
  diagnosis: Diagnosis,
  missing: readonly string[],
): string | undefined {
  const tool = partialTool(diagnosis);
  if (tool === undefined) return undefined;
  const names = missing.map((field) => PLAIN_NAMES.get(field) ?? field).join(" and ");
  return `No verdict: ${tool} does not print ${names}, which cannot be told apart from kernel memory that no counter shows: ${formatBytes(unsplit(diagnosis))} together`;
}

/** The tool whose table stands in for the totals and tells only a part of them. */
function partialTool({ snapshot }: Diagnosis): string | undefined {
  const via = snapshot.meminfo?.derived?.via;
  return via && PARTIAL[via];
}

/** What a table that lacks whole parts of the ledger leaves in one sum, in bytes. */
function unsplit({ composition }: Diagnosis): Bytes {
  return composition ? Math.max(0, bucketBytes(composition, "allocpage")) : 0;
}

/** All that is not told apart is less than what would be worth a look: nothing can hide in it. */
export function isTooLittleToHide(diagnosis: Diagnosis): boolean {
  if (partialTool(diagnosis) === undefined || !diagnosis.snapshot.meminfo?.value.has("MemFree")) {
    return false;
  }
  return sizeStatus(unsplit(diagnosis), diagnosis.memTotal) === undefined;
}

/**
 * What could be had back at most, in bytes, where a tool's table stands in for the ledger; absent where
 * there is a ledger or the table has no free memory in it.
 */
export function reclaimableAtMost(diagnosis: Diagnosis): Bytes | undefined {
  const meminfo = diagnosis.snapshot.meminfo?.value;
  if (partialTool(diagnosis) === undefined || !meminfo?.has("MemFree")) return undefined;
  if (diagnosis.available !== undefined) return diagnosis.available;
  const reclaimable = meminfo.has("SReclaimable") ? "SReclaimable" : "Slab";
  return ["MemFree", "Buffers", "Cached", reclaimable].reduce(
    (sum, field) => sum + (meminfo.get(field)?.value ?? 0),
    0,
  );
}
