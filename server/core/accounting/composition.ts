import { BUCKETS, type BucketId, type BucketShare, type Composition } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { bucketGroup } from "./buckets";
import { shareCgroups } from "./cgroups";
import { checkConsistency, negativeTolerance } from "./consistency";
import {
  balloonTerm,
  freeTerm,
  kernelMiscTerm,
  PLAIN_FIELDS,
  pcpTerm,
  percpuTerm,
  slabReclaimableTerm,
  slabUnreclaimableTerm,
  zpoolTerm,
} from "./kernel-terms";
import {
  fieldBytes,
  fieldEvidence,
  fieldTerm,
  type LedgerChoices,
  type LedgerFacts,
  type Term,
} from "./ledger-facts";
import { presentButNotManaged } from "./managed";
import { composeNuma } from "./numa";
import { stateUncertainty } from "./uncertainty";
import { anonTerm, fileCacheTerm, hugetlbTerm, shmemTerm, swapCacheTerm } from "./user-terms";
import { isStackVmapped, vmallocTerm, vmallocTotal } from "./vmalloc";

/**
 * Splits MemTotal into buckets that do not overlap and add up to it, in bytes. `allocpage` is what is
 * left: pages taken straight from the buddy allocator, which no counter shows. It may be negative when
 * counters overlap; then `closes` is false unless the jitter of the reads explains it.
 *
 * Absent when nothing gives MemTotal. Source: fs/proc/meminfo.c, mm/show_mem.c; every term was checked
 * against known amounts of each kind of memory on 6.18.
 */
export function composeMemory(snapshot: Snapshot): Composition | undefined {
  // A later moment of a series asks for every one before it.
  const known = composed.get(snapshot);
  if (known) return known.composition;
  const composition = compose(snapshot);
  composed.set(snapshot, { composition });
  return composition;
}

const composed = new WeakMap<Snapshot, { readonly composition: Composition | undefined }>();

function compose(snapshot: Snapshot): Composition | undefined {
  const meminfo = snapshot.meminfo;
  const memTotal = meminfo?.value.get("MemTotal")?.value;
  if (!meminfo || memTotal === undefined || !isMemory(memTotal)) return undefined;
  const facts: LedgerFacts = { snapshot, meminfo };
  const terms = chooseTerms(facts, memTotal);
  const buckets = withRemainder(facts, memTotal, terms);
  const numa = composeNuma(snapshot);
  const cgroups = shareCgroups(snapshot);
  return {
    memTotal,
    buckets,
    uncertainty: stateUncertainty(facts, terms),
    closes: checkConsistency(snapshot, { memTotal, buckets }).length === 0,
    notMeasured: notMeasured(facts, terms),
    ...(numa.length > 0 ? { numa } : {}),
    ...(cgroups.length > 0 ? { cgroups } : {}),
  };
}

function chooseTerms(facts: LedgerFacts, memTotal: Bytes): readonly Term[] {
  const likely = likelyChoices(facts);
  const tolerance = negativeTolerance(memTotal);
  const first = termsFor(facts, likely);
  if (remainder(memTotal, first) >= -tolerance) return first;
  for (const choices of otherChoices(likely)) {
    const terms = termsFor(facts, choices);
    if (remainder(memTotal, terms) >= -tolerance) return terms;
  }
  return first;
}

function likelyChoices(facts: LedgerFacts): LedgerChoices {
  const vmalloc = vmallocTotal(facts)?.bytes ?? 0;
  const stack = fieldBytes(facts, "KernelStack") ?? 0;
  const zspages =
    (facts.snapshot.vmstat?.value.get("nr_zspages")?.value ?? 0) * facts.snapshot.node.pageSize;
  return {
    isStackInVmalloc: isStackVmapped(facts.snapshot, vmalloc, stack),
    isBalloonInside: isBalloonInMemTotal(facts),
    isZswapSeparate: (fieldBytes(facts, "Zswap") ?? 0) > zspages,
  };
}

/**
 * A driver that gives ballooned pages back lowers `managed` by as much as `present` stays (virtio, Xen,
 * Hyper-V since 5.11). A gap smaller than the balloon cannot hold it: then the pages are still in MemTotal.
 */
function isBalloonInMemTotal(facts: LedgerFacts): boolean {
  const balloon = fieldBytes(facts, "Balloon") ?? 0;
  const gap = presentButNotManaged(facts.snapshot) ?? 0;
  return balloon === 0 || gap < balloon;
}

/** The other answers, in the order in which they turn out to be true. */
function otherChoices(likely: LedgerChoices): readonly LedgerChoices[] {
  return [
    { ...likely, isStackInVmalloc: true },
    { ...likely, isBalloonInside: false },
    { ...likely, isZswapSeparate: false },
    { isStackInVmalloc: true, isBalloonInside: false, isZswapSeparate: false },
  ];
}

function termsFor(facts: LedgerFacts, choices: LedgerChoices): readonly Term[] {
  const terms = [
    anonTerm(facts),
    shmemTerm(facts),
    fileCacheTerm(facts),
    swapCacheTerm(facts),
    hugetlbTerm(facts),
    slabReclaimableTerm(facts),
    slabUnreclaimableTerm(facts),
    kernelMiscTerm(facts),
    percpuTerm(facts),
    vmallocTerm(facts, choices),
    zpoolTerm(facts, choices),
    balloonTerm(facts, choices),
    pcpTerm(facts.snapshot),
    freeTerm(facts),
    ...PLAIN_FIELDS.map(([id, fields]) => fieldTerm(facts, id, fields)),
  ];
  return terms.filter((term) => term !== undefined).filter(({ bytes }) => isMemory(bytes));
}

/** No machine has 8 PiB: a counter that says so is broken, and sums with it would not be exact. */
function isMemory(bytes: Bytes): boolean {
  return Math.abs(bytes) <= Number.MAX_SAFE_INTEGER;
}

function remainder(memTotal: Bytes, terms: readonly Term[]): Bytes {
  return memTotal - terms.reduce((sum, term) => sum + term.bytes, 0);
}

function withRemainder(
  facts: LedgerFacts,
  memTotal: Bytes,
  terms: readonly Term[],
): readonly BucketShare[] {
  const rest: Term = {
    id: "allocpage",
    bytes: remainder(memTotal, terms),
    how: "remainder",
    from: ["MemTotal"],
    evidence: fieldEvidence(facts, "MemTotal"),
  };
  const byId = new Map([...terms, rest].map((term) => [term.id, term]));
  return BUCKETS.flatMap((id) => {
    const term = byId.get(id);
    return term ? [{ ...term, group: bucketGroup(id) }] : [];
  });
}

/** Other sources than /proc/meminfo count these among the pages of files, so they are not in the remainder. */
const WITHIN_CACHE: readonly BucketId[] = ["buffers", "swapCache", "shmem"];

function notMeasured(facts: LedgerFacts, terms: readonly Term[]): readonly BucketId[] {
  const within = facts.meminfo.derived ? WITHIN_CACHE : [];
  const measured = new Set<BucketId>([...within, ...terms.map((term) => term.id)]);
  return BUCKETS.filter((id) => id !== "allocpage" && !measured.has(id));
}
