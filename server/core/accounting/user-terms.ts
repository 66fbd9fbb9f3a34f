import { quote } from "../evidence";
import type { BucketPart, Evidence } from "../report";
import type { Bytes } from "../units";
import { hugepagesAtBoot } from "./hugepages";
import {
  derivedTerm,
  fieldBytes,
  fieldEvidence,
  fieldTerm,
  type LedgerFacts,
  sumOfFields,
  type Term,
} from "./ledger-facts";

const LRU = ["Active", "Inactive", "Unevictable"];

/** Pages on the LRU lists, in bytes, isolated ones included; absent without Active and Inactive. */
function lruBytes(facts: LedgerFacts): Bytes | undefined {
  if (fieldBytes(facts, "Active") === undefined) return undefined;
  const isolated = ["nr_isolated_anon", "nr_isolated_file"]
    .map((counter) => facts.snapshot.vmstat?.value.get(counter)?.value ?? 0)
    .reduce((sum, pages) => sum + pages, 0);
  return (sumOfFields(facts, LRU) ?? 0) + isolated * facts.snapshot.node.pageSize;
}

/**
 * Swap cache pages that are mapped again are in AnonPages too. The overlap is what the user-side
 * counters say beyond the LRU lists, in bytes (measured: 193.2 MiB for 193 MiB swapped in).
 */
function swapOverlap(facts: LedgerFacts): Bytes {
  const swapCached = fieldBytes(facts, "SwapCached") ?? 0;
  const lru = lruBytes(facts);
  const anon = fieldBytes(facts, "AnonPages");
  if (swapCached === 0 || lru === undefined || anon === undefined) return 0;
  const user = sumOfFields(facts, ["AnonPages", "Cached", "Buffers", "SwapCached"]) ?? 0;
  return Math.max(0, Math.min(user - lru, swapCached, anon));
}

/** AnonPages; before 2.6.18, which does not print it, what the LRU lists hold beyond the caches. */
export function anonTerm(facts: LedgerFacts): Term | undefined {
  const term = fieldTerm(facts, "anon", ["AnonPages"]);
  if (!term) return anonFromLru(facts);
  const huge = fieldBytes(facts, "AnonHugePages");
  if (huge === undefined) return term;
  const thp = part(
    "anon_thp",
    "Transparent huge pages",
    huge,
    fieldEvidence(facts, "AnonHugePages"),
  );
  const small = part("anon_small", "Small pages", term.bytes - huge, []);
  return { ...term, parts: [thp, small] };
}

function anonFromLru(facts: LedgerFacts): Term | undefined {
  const lru = sumOfFields(facts, ["Active", "Inactive"]);
  const cached = fieldBytes(facts, "Cached");
  if (lru === undefined || cached === undefined) return undefined;
  const caches = cached + (sumOfFields(facts, ["Buffers", "SwapCached"]) ?? 0);
  return derivedTerm(facts, {
    id: "anon",
    bytes: Math.max(0, lru - caches),
    from: ["Active", "Inactive", "Cached", "Buffers", "SwapCached"],
  });
}

export function shmemTerm(facts: LedgerFacts): Term | undefined {
  const term = fieldTerm(facts, "shmem", ["Shmem"]);
  const huge = fieldBytes(facts, "ShmemHugePages");
  if (!term || huge === undefined || huge === 0) return term;
  const evidence = fieldEvidence(facts, "ShmemHugePages");
  return { ...term, parts: [part("shmem_huge", "Huge pages", huge, evidence)] };
}

/** Cached − Shmem: Cached counts tmpfs and shared memory, which are a bucket of their own. */
export function fileCacheTerm(facts: LedgerFacts): Term | undefined {
  const cached = fieldBytes(facts, "Cached");
  if (cached === undefined) return undefined;
  const shmem = fieldBytes(facts, "Shmem");
  if (shmem === undefined) return fieldTerm(facts, "fileCache", ["Cached"]);
  const term = derivedTerm(facts, {
    id: "fileCache",
    bytes: cached - shmem,
    from: ["Cached", "Shmem"],
  });
  const dirty = sumOfFields(facts, ["Dirty", "Writeback"]);
  if (!dirty) return term;
  const evidence = fieldEvidence(facts, "Dirty");
  return { ...term, parts: [part("dirty", "Dirty or under writeback", dirty, evidence)] };
}

/** SwapCached without the pages that AnonPages counts as well. */
export function swapCacheTerm(facts: LedgerFacts): Term | undefined {
  const swapCached = fieldBytes(facts, "SwapCached");
  if (swapCached === undefined) return undefined;
  const overlap = swapOverlap(facts);
  if (overlap === 0) return fieldTerm(facts, "swapCache", ["SwapCached"]);
  return derivedTerm(facts, {
    id: "swapCache",
    bytes: swapCached - overlap,
    from: ["SwapCached", "AnonPages", "Cached", "Buffers", "Active", "Inactive", "Unevictable"],
  });
}

/** Hugetlb (all sizes) | the pools below /sys/kernel/mm/hugepages | the default size's pool. */
export function hugetlbTerm(facts: LedgerFacts): Term | undefined {
  return (
    fieldTerm(facts, "hugetlb", ["Hugetlb"]) ?? hugetlbFromPools(facts) ?? hugetlbDefaultSize(facts)
  );
}

function hugetlbFromPools(facts: LedgerFacts): Term | undefined {
  const all = facts.snapshot.hugepagePools.filter((pool) => pool.field === "nr_hugepages");
  const ofMachine = all.filter((pool) => pool.numaNode === undefined);
  // Below /sys/kernel/mm the nodes' pools stand added up.
  const pools = ofMachine.length > 0 ? ofMachine : all;
  if (pools.length === 0) return undefined;
  const evidence = pools.map(
    (pool): Evidence =>
      quote(
        facts.snapshot,
        { file: pool.file, line: 1 },
        { text: `huge pages of ${pool.pageSize} bytes`, value: pool.count, unit: "count" },
      ),
  );
  return derivedTerm(facts, {
    id: "hugetlb",
    bytes: pools.reduce((sum, pool) => sum + pool.count * pool.pageSize, 0),
    from: ["nr_hugepages"],
    extra: evidence,
  });
}

/** The default size; before 4.16 nothing but the boot log tells what was set aside in other sizes. */
function hugetlbDefaultSize(facts: LedgerFacts): Term | undefined {
  const count = fieldBytes(facts, "HugePages_Total");
  const size = fieldBytes(facts, "Hugepagesize");
  if (count === undefined || size === undefined) return undefined;
  const others = hugetlbAtBoot(facts, size);
  return derivedTerm(facts, {
    id: "hugetlb",
    bytes: count * size + others.reduce((sum, evidence) => sum + evidence.value, 0),
    from: ["HugePages_Total", "Hugepagesize"],
    extra: others,
  });
}

function hugetlbAtBoot({ snapshot }: LedgerFacts, defaultSize: Bytes): readonly Evidence[] {
  return hugepagesAtBoot(snapshot)
    .filter(({ pageSize }) => pageSize !== defaultSize)
    .map(({ evidence }) => evidence);
}

function part(id: string, label: string, bytes: Bytes, evidence: readonly Evidence[]): BucketPart {
  return { id, label, bytes: { lower: bytes, upper: bytes }, evidence };
}
