import { formatBytes } from "../../format-bytes";
import type { BucketId, Evidence, Holder } from "../../report";
import { type Bytes, KIB, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import { siteEvidence, siteHolders, sitesOf } from "../site-set";

const WORTH_A_WORD = 128 * MIB;
/** Red zones alone add some bytes to an object of 8; of larger ones this much is no rounding. */
const PADDED = 1.2;
const FEWEST_PADDED = 3;
const DEBUG_CACHE = /^(?:kmemleak_(?:object|scan_area)|kasan_|kfence|debug_objects_cache)/;

interface Cost {
  readonly bucket: BucketId;
  readonly bytes: Bytes;
  readonly name: string;
  readonly evidence: readonly Evidence[];
  readonly holders: readonly Holder[];
}

/** What the kernel's own memory debugging costs: a constant share, asked for at boot, no leak. */
export const debugKernel: Rule = {
  id: "debug-kernel",
  title: "The kernel's own memory debugging",
  judge(diagnosis) {
    const [most] = [fromSites(diagnosis), fromSlab(diagnosis), fromObjects(diagnosis)]
      .flatMap((cost) => cost ?? [])
      .sort((a, b) => b.bytes - a.bytes);
    if (!most || most.bytes < WORTH_A_WORD) return undefined;
    const { bucket, bytes, name, evidence, holders } = most;
    return {
      status: "healthy",
      headline: `${formatBytes(bytes)} are the price of ${name}`,
      confirm: [
        {
          command:
            "cat /proc/cmdline; zgrep -E 'PAGE_OWNER|KASAN|KMEMLEAK|SLUB_DEBUG_ON' /proc/config.gz",
          proves: "Whether the kernel was booted or built with memory debugging.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: "info",
        ...confidenceOf([]),
        bucket,
        bytes: { lower: bytes, upper: bytes },
        holders,
        evidence,
        fix: "Boot without it (page_owner=on, kmemleak=on, slub_debug) when the search is over.",
        fixRisk: "Needs a reboot; the next leak is then harder to find.",
      },
    };
  },
};

function fromSites({ snapshot }: Diagnosis): Cost | undefined {
  const sites = sitesOf(snapshot, "allocpage", (row) => row.subsystem === "kernel debugging");
  if (!sites) return undefined;
  return {
    bucket: "allocpage",
    bytes: sites.bytes,
    name: "page_owner, allocation profiling or the like",
    evidence: siteEvidence(sites),
    holders: siteHolders(sites, sites.bytes),
  };
}

/**
 * slub_debug and KASAN put red zones and the last owners beside every object: the kmalloc caches, whose names say how large an
 * object is, tell how much. The same is lost in the caches whose size is not known.
 */
function fromObjects({ slab }: Diagnosis): Cost | undefined {
  const rows = (slab?.rows ?? []).flatMap((row) => {
    const size = namedSize(row.name);
    const isPadded = size !== undefined && row.objectSize >= size * PADDED;
    return isPadded ? [{ row, lost: Math.round(row.bytes * (1 - size / row.objectSize)) }] : [];
  });
  if (rows.length < FEWEST_PADDED) return undefined;
  const largest = rows.toSorted((a, b) => b.lost - a.lost).slice(0, 3);
  return {
    bucket: "slabUnreclaimable",
    bytes: rows.reduce((sum, { lost }) => sum + lost, 0),
    name: "checks around every slab object (slub_debug, KASAN)",
    evidence: largest.map(({ row, lost }) => ({
      ...row.evidence,
      text: `beside the objects of ${row.name}, which take ${row.objectSize} bytes each`,
      value: lost,
    })),
    holders: largest.map(({ row, lost }) => ({
      kind: "slabCache" as const,
      name: row.name,
      count: row.activeObjects,
      bytes: { lower: lost, upper: lost },
      evidence: [row.evidence],
    })),
  };
}

/** Bytes of an object by the cache's name: "kmalloc-cg-2k". */
function namedSize(name: string): Bytes | undefined {
  const [, count, unit] = /^(?:dma-)?kmalloc-(?:\w{1,8}-){0,2}(\d{1,4})([kM]?)$/.exec(name) ?? [];
  if (count === undefined) return undefined;
  return Number(count) * (unit === "M" ? MIB : unit === "k" ? KIB : 1);
}

function fromSlab({ slab }: Diagnosis): Cost | undefined {
  const rows = (slab?.rows ?? []).filter(({ name }) => DEBUG_CACHE.test(name));
  const [first] = rows;
  if (!first) return undefined;
  return {
    bucket: "slabUnreclaimable",
    bytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
    name: `kernel debugging (${first.name})`,
    evidence: rows.map(({ evidence }) => evidence),
    holders: rows.map(({ name, bytes, activeObjects, evidence }) => ({
      kind: "slabCache" as const,
      name,
      count: activeObjects,
      bytes: { lower: bytes, upper: bytes },
      evidence: [evidence],
    })),
  };
}
