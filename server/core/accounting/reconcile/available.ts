import type { Bytes } from "../../units";
import { bucketBytes } from "../buckets";
import { fill, minus, type Spread, spreadField, type ToolFacts } from "./spread";
import type { Reasons } from "./tool-row";

/**
 * MemAvailable as its buckets, the way the kernel estimates it (mm/show_mem.c, si_mem_available):
 * free pages less the reserves, the file lists and the reclaimable kernel pages, each less half of
 * itself but no more than the low watermark. Without zoneinfo the watermarks are unknown: then all
 * that is held back stands at the free pages. A value above MemTotal is what a container's view
 * gives: procps, psutil and btop then take MemFree, and so does this.
 */
export function spreadAvailable(facts: ToolFacts): Spread | undefined {
  const available = facts.field("MemAvailable");
  const memTotal = facts.field("MemTotal");
  if (available === undefined || memTotal === undefined) return undefined;
  if (available > memTotal) return spreadField(facts, "MemFree");
  const caches = cachesCounted(facts);
  return fill({ ...facts, composition: caches }, available, [
    "fileCache",
    "buffers",
    "slabReclaimable",
    "kernelMiscReclaimable",
    "free",
  ]);
}

/** MemTotal − MemAvailable: "used" for most tools of today. */
export function spreadUnavailable(facts: ToolFacts): Spread | undefined {
  return minus(spreadField(facts, "MemTotal"), spreadAvailable(facts));
}

/** Why `MemTotal − MemAvailable` is more than what is in use. */
export const UNAVAILABLE_REASONS: Reasons = {
  fileCache: "cache the kernel keeps back: locked, or below the low watermark",
  buffers: "cache the kernel keeps back",
  slabReclaimable: "half of it, at most the low watermark, is kept back",
  kernelMiscReclaimable: "kept back",
  pcp: "free pages on per-CPU lists are in neither MemFree nor MemAvailable",
  free: "the reserves that the kernel keeps for itself",
};

/** The composition with as much of the caches as MemAvailable counts on. */
function cachesCounted(facts: ToolFacts): ToolFacts["composition"] {
  const { composition } = facts;
  const low = lowWatermarks(facts);
  const file = sum(facts.field("Active(file)"), facts.field("Inactive(file)"));
  const kernel = facts.field("KReclaimable") ?? facts.field("SReclaimable");
  if (low === undefined || file === undefined || kernel === undefined) return composition;
  const buffers = Math.min(bucketBytes(composition, "buffers"), file);
  const counted = new Map([
    ["buffers", buffers],
    ["fileCache", file - Math.min(file / 2, low) - buffers],
    ["slabReclaimable", bucketBytes(composition, "slabReclaimable") - Math.min(kernel / 2, low)],
  ]);
  const buckets = composition.buckets.map((bucket) => ({
    ...bucket,
    bytes: Math.floor(counted.get(bucket.id) ?? bucket.bytes),
  }));
  return { ...composition, buckets };
}

function sum(a: Bytes | undefined, b: Bytes | undefined): Bytes | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** The low watermarks of all zones together, in bytes; absent without zoneinfo. */
function lowWatermarks({ snapshot }: ToolFacts): Bytes | undefined {
  const lows = snapshot.zoneinfo?.value.zones.map((zone) => zone.pages.get("low")?.value);
  const known = lows?.filter((pages) => pages !== undefined);
  if (!known || known.length === 0) return undefined;
  return known.reduce((pages, each) => pages + each, 0) * snapshot.node.pageSize;
}
