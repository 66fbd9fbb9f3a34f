import type { SlabFamily } from "../accounting/slab-families";
import { isKmalloc } from "../accounting/slab-glossary";
import { formatBytes } from "../format-bytes";
import type { Evidence, NextStep } from "../report";
import type { Bytes } from "../units";
import { cacheHolder, leftOf } from "./cache-set";
import { confidenceOf } from "./confidence";
import { SLABTOP } from "./confirm";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Found, Rule } from "./rule";
import { slabSites } from "./slab-sites";
import { type SizeStatus, sizeStatus, slabStatus } from "./thresholds";

type Kind = "kmalloc" | "named";

/** A cache with less than this share of the unreclaimable slab is not what fills it. */
const NOTABLE_SHARE = 0.1;
const MOST_NAMED = 5;
/** Fewer rows are an excerpt: then what the sum lacks may be in the rows that were cut off. */
const WHOLE_TABLE = 60;
/** Several caches that together hold less than this do not explain the bucket. */
const EXPLAINING_SHARE = 0.25;

/** Caches that a rule before these tells of: once bytes are claimed they are not offered again. */
const OWN_RULE =
  /^(?:(?:nf|ip)_conntrack|filp$|lsm_file_cache|eventpoll_|inotify_|fsnotify_|fanotify_|audit_buffer|msg_msg|posix_timers_cache|sigqueue|key_jar|skbuff_)/;

interface Large {
  readonly kind: Kind;
  /** Largest first, at least one. */
  readonly caches: readonly SlabFamily[];
  readonly main: SlabFamily;
  /** What the caches hold and no rule before has explained. */
  readonly bytes: Bytes;
  readonly used: Bytes;
  readonly total: Bytes;
  readonly status: NonNullable<SizeStatus>;
}

/**
 * The caches of one kind that fill the unreclaimable slab: every one that holds a tenth of it, not only
 * the largest, when together they are large, or when the bucket is and they hold a quarter of it.
 */
export function judgeLargeCaches(
  diagnosis: Diagnosis,
  rest: Parameters<Rule["judge"]>[1],
  kind: Kind,
): Found | undefined {
  const unreclaimable = candidates(diagnosis);
  const total = unreclaimableBytes(diagnosis, unreclaimable);
  const isClaimed = rest("slabUnreclaimable") < bytesOf(diagnosis, "slabUnreclaimable");
  const caches = unreclaimable
    .filter((cache) => isKmalloc(cache.name) === (kind === "kmalloc"))
    .filter((cache) => !(isClaimed && OWN_RULE.test(cache.name)))
    .filter((cache) => cache.bytes >= total * NOTABLE_SHARE)
    .slice(0, MOST_NAMED);
  const [main] = caches;
  if (!main) return undefined;
  const sum = caches.reduce((bytes, cache) => bytes + cache.bytes, 0);
  const bytes = leftOf(diagnosis, rest, { bucket: "slabUnreclaimable", bytes: sum });
  const used = caches.reduce((each, cache) => each + cache.used, 0);
  const status = statusOf(diagnosis, { bytes, total, largest: main.bytes });
  if (!status) return undefined;
  return found(diagnosis, {
    ...{ kind, caches, main, bytes, total, status },
    used: Math.min(bytes, used),
  });
}

/** What cannot be reclaimed, with kmalloc beyond two pages, which no line of slabinfo shows. */
function candidates({ caches, slab }: Diagnosis): readonly SlabFamily[] {
  const known = caches.filter((cache) => cache.reclaim !== "reclaimable");
  const large = slab?.largeKmalloc;
  if (!large || slab.rows.length < WHOLE_TABLE) return known;
  const row: SlabFamily = {
    name: "kmalloc- of more than two pages",
    bytes: large.value,
    used: large.value,
    cgroupCopies: 0,
    reclaim: "unreclaimable",
    subsystem: "kmalloc",
    evidence: [large],
  };
  return [...known, row].sort((a, b) => b.bytes - a.bytes);
}

/** SUnreclaim, or the sum of the caches that are not known to be reclaimable, in bytes. */
function unreclaimableBytes(diagnosis: Diagnosis, caches: readonly SlabFamily[]): Bytes {
  const measured = bytesOf(diagnosis, "slabUnreclaimable");
  return measured > 0 ? measured : caches.reduce((sum, cache) => sum + cache.bytes, 0);
}

interface Sizes {
  readonly bytes: Bytes;
  readonly total: Bytes;
  readonly largest: Bytes;
}

/** MemTotal is at least what all caches hold: beside large ones of files, gigabytes may be a small share of it. */
function statusOf(diagnosis: Diagnosis, of: Sizes): SizeStatus {
  const status = sizeOf(diagnosis, of);
  if (diagnosis.memTotal !== undefined || status !== "suspect") return status;
  const all = diagnosis.caches.reduce((sum, cache) => sum + cache.bytes, 0);
  return of.bytes < all * NOTABLE_SHARE ? "watch" : status;
}

function sizeOf({ memTotal }: Diagnosis, of: Sizes): SizeStatus {
  const own = slabStatus(of.bytes, memTotal);
  const isOneAlone = of.largest >= of.bytes * 0.5;
  const alone = isOneAlone ? sizeStatus(Math.min(of.bytes, of.largest), memTotal) : undefined;
  if (own === "suspect" || alone === "suspect") return "suspect";
  const isNotable = slabStatus(of.total, memTotal) && of.bytes >= of.total * EXPLAINING_SHARE;
  return (own ?? alone) || isNotable ? "watch" : undefined;
}

function found(diagnosis: Diagnosis, large: Large): Found {
  const { main, bytes, used, status, caches } = large;
  const sites = slabSites(diagnosis, bytes);
  return {
    status,
    headline: `${formatBytes(bytes)} of unreclaimable slab are in ${listNames(caches)}`,
    confirm: confirmSteps(main),
    finding: {
      severity: status === "suspect" ? "critical" : "warning",
      ...confidenceOf(doubts(diagnosis, large)),
      bytes: { lower: used, upper: bytes },
      holders: [...caches.map(cacheHolder), ...sites.holders],
      evidence: [
        ...caches.flatMap((cache) => cache.evidence.slice(0, 1)),
        ...caches.flatMap(growthEvidence),
        ...sites.evidence,
        ...(diagnosis.slab?.unreclaimable ? [diagnosis.slab.unreclaimable] : []),
      ],
      fix: fixFor(main),
      fixRisk: "Booting with slab_debug costs CPU on every allocation: one machine, for a day.",
    },
  };
}

/** "kmalloc-512", "cred_jar (credentials) and filp (files)", the first two by name. */
function listNames(caches: readonly SlabFamily[]): string {
  const [first, second, ...others] = caches.map(nameWithOwner);
  if (!first) return "no cache that is named";
  if (!second) return first;
  return others.length === 0
    ? `${first} and ${second}`
    : `${first}, ${second} and ${others.length} more`;
}

function nameWithOwner({ name, subsystem, module }: SlabFamily): string {
  if (subsystem === "unknown" || subsystem === "kmalloc") return name;
  return `${name} (${module && module !== subsystem ? `${subsystem}, module ${module}` : subsystem})`;
}

function doubts(diagnosis: Diagnosis, { main, bytes, used, total, caches }: Large) {
  const isSlub = diagnosis.snapshot.slab?.value[0]?.isSlabAllocator !== true;
  const mayBeAlias = isSlub && !isKmalloc(main.name) && main.module === undefined;
  const grown = caches.reduce((sum, cache) => sum + (cache.growth ?? 0), 0);
  return [
    {
      factor: Math.min(1, total > 0 ? bytes / total : 1),
      why: "its share of the unreclaimable slab",
    },
    {
      factor: used >= bytes * 0.7 ? 1 : 0.6,
      why: "many of its objects are free",
    },
    {
      factor: main.reclaim === "unknown" ? 0.8 : 1,
      why: "not known whether it is reclaimable",
    },
    { factor: grown > bytes * 0.01 ? 1 : 0.85, why: "size alone, no growth seen" },
    {
      factor: mayBeAlias ? 0.95 : 1,
      why: "SLUB may have merged another cache under this name",
    },
  ];
}

function growthEvidence(cache: SlabFamily): readonly Evidence[] {
  const [first] = cache.evidence;
  if (!first || !cache.growth || cache.growth <= 0) return [];
  return [{ ...first, text: `${cache.name} more than at the look before`, value: cache.growth }];
}

function confirmSteps(main: SlabFamily): readonly NextStep[] {
  const id = main.name.split(" ", 1)[0] ?? main.name;
  return [
    SLABTOP,
    {
      command: `ls -l /sys/kernel/slab | grep -w "$(basename "$(readlink /sys/kernel/slab/${id})")"`,
      proves: `Which other caches SLUB keeps under the name ${id}.`,
      risk: "Reads only.",
      root: false,
    },
    {
      command: `head -20 /sys/kernel/slab/${id}/alloc_calls /sys/kernel/debug/slab/${id}/alloc_traces`,
      proves: "Who allocated the objects that are alive; empty unless booted with slab_debug=U.",
      risk: "Reads only; takes a moment on a large cache.",
      root: true,
    },
  ];
}

function fixFor(main: SlabFamily): string {
  const [name = main.name] = main.name.split(" ", 1);
  const aliases = main.aliases
    ? ` SLUB keeps ${main.aliases.slice(0, 8).join(", ")} in it too.`
    : "";
  const meaning = main.explains ? `${main.name}: ${main.explains}${aliases} ` : "";
  const owner = main.module
    ? `Look for a newer version of the module ${main.module}, or for who makes it hold so many. `
    : "";
  return `${meaning}${owner}To find the allocating code boot with slab_nomerge slab_debug=U,${name} and read /sys/kernel/debug/slab/${name}/alloc_traces (before 5.16 /sys/kernel/slab/${name}/alloc_calls), or trace it; then update that driver or kernel.`;
}
