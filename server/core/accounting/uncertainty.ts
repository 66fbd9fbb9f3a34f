import type { Meminfo } from "../parse/meminfo";
import type { Composition } from "../report";
import type { Snapshot, Sourced } from "../snapshot";
import { type Bytes, MIB } from "../units";
import { bucketBytes, bucketGroup, bucketShare } from "./buckets";
import { isKernelAtLeast } from "./kernel-version";
import { fieldBytes, type LedgerFacts, type Term } from "./ledger-facts";

interface Doubt {
  readonly bytes: Bytes;
  readonly why: string;
}

/** Node-wide counters are folded from per-CPU deltas of up to `vm stats threshold` pages each. */
const COUNTERS_IN_LEDGER = 12;
const LARGEST_STAT_THRESHOLD = 125;
/** How far two reads within one capture were seen apart on a busy machine. */
const SKEW_SEEN = 60 * MIB;
/** Largest share of RAM seen on per-CPU lists: 1,013 MiB of 24,105 MiB, kernel 6.18, 2 CPUs. */
const PCP_SHARE_SEEN = 0.042;
/** Before the lists tuned themselves (6.7) a list held at most 6 × 63 pages, three zones per CPU. */
const OLD_PCP_PAGES_PER_CPU = 3 * 378;

/** How far allocpage may be off, in bytes, and why: the doubts add up, the largest is named first. */
export function stateUncertainty(
  facts: LedgerFacts,
  terms: readonly Term[],
): Composition["uncertainty"] {
  const doubts = [
    pcpDoubt(facts, terms),
    skewDoubt(facts.snapshot),
    counterDoubt(facts.snapshot),
    vmallocDoubt(terms),
  ]
    .filter((doubt) => doubt !== undefined)
    .sort((a, b) => b.bytes - a.bytes);
  // Another moment than the reader expects matters more than any of the sizes.
  doubts.unshift(...(facts.meminfo.derived?.doubts ?? []));
  const plusMinus = doubts.reduce((sum, doubt) => sum + doubt.bytes, 0);
  return { plusMinus: Math.round(plusMinus), why: doubts.map((doubt) => doubt.why).join("; ") };
}

/**
 * How much of allocpage may be free pages on per-CPU lists where nothing prints them, in bytes; 0 where
 * they are measured. Kernels since 6.7 let the lists grow to 1/8 of a zone; a twentieth was seen.
 */
function unseenPcp(
  snapshot: Snapshot,
  composition: Pick<Composition, "memTotal" | "buckets">,
): Bytes {
  if (bucketShare(composition, "pcp")) return 0;
  const { cpus, pageSize } = snapshot.node;
  if (hasSmallLists(snapshot) && cpus) return cpus * OLD_PCP_PAGES_PER_CPU * pageSize;
  return (composition.memTotal - bucketBytes(composition, "hugetlb")) * PCP_SHARE_SEEN;
}

function hasSmallLists(snapshot: Snapshot): boolean {
  const { kernel } = snapshot.node;
  return kernel !== undefined && !isKernelAtLeast(kernel, 6, 7);
}

function pcpDoubt(facts: LedgerFacts, terms: readonly Term[]): Doubt | undefined {
  if (terms.some((term) => term.id === "pcp")) return undefined;
  const buckets = terms.map((term) => ({ ...term, group: bucketGroup(term.id) }));
  const memTotal = fieldBytes(facts, "MemTotal") ?? 0;
  const bytes = unseenPcp(facts.snapshot, { memTotal, buckets });
  const seen =
    hasSmallLists(facts.snapshot) && facts.snapshot.node.cpus
      ? ""
      : " (up to 4.2 % of RAM seen, 12.5 % is the kernel's limit)";
  return {
    bytes,
    why: `no zoneinfo: free pages on per-CPU lists${seen} are counted as allocpage`,
  };
}

/** The files are read one after the other: what moved between two looks may have moved between two reads. */
function skewDoubt(snapshot: Snapshot): Doubt | undefined {
  const { meminfo, meminfoAgain: again } = snapshot;
  if (!meminfo || !snapshot.zoneinfo) return undefined;
  // A second look has a meminfo of its own; only the file beside it was read around this zoneinfo.
  const isBeside = again?.file === `${meminfo.file}.2`;
  if (isBeside)
    return moved(
      meminfo,
      again,
      "meminfo was read again after zoneinfo; MemFree had moved by this much",
    );
  const before = snapshot.previous?.meminfo;
  if (before)
    return moved(
      meminfo,
      before,
      "meminfo and zoneinfo are two reads; MemFree moved by this much between the two looks",
    );
  return { bytes: SKEW_SEEN, why: "meminfo and zoneinfo are two reads (60 MiB of jitter seen)" };
}

function moved(one: Sourced<Meminfo>, other: Sourced<Meminfo>, why: string): Doubt {
  const [a, b] = [one, other].map((source) => source.value.get("MemFree")?.value ?? 0);
  return { bytes: Math.min(Math.abs((a ?? 0) - (b ?? 0)), SKEW_SEEN), why };
}

function counterDoubt(snapshot: Snapshot): Doubt {
  const cpus = snapshot.node.cpus ?? 1;
  // The bound is reached only if every CPU is at its limit in the same direction; a tenth is usual.
  const bytes = (cpus * LARGEST_STAT_THRESHOLD * COUNTERS_IN_LEDGER * snapshot.node.pageSize) / 10;
  return { bytes, why: "per-CPU counter deltas that were not folded yet" };
}

function vmallocDoubt(terms: readonly Term[]): Doubt | undefined {
  if (terms.some((term) => term.id === "vmalloc")) return undefined;
  return { bytes: 0, why: "vmalloc is not measured here and stays inside allocpage" };
}
