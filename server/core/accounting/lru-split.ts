import type { OomReport } from "../parse/oom-report";
import type { Measured } from "../parse/parsed";
import type { Bytes } from "../units";

type Totals = OomReport["totals"];

/** The pages of the LRU lists as process memory and cache (shared memory in it, the swap cache not), in bytes. */
export interface LruSplit {
  readonly anon: Measured;
  readonly cached: Measured;
  readonly anonFormula: string;
  readonly cachedFormula: string;
  /** What a report this old cannot tell. */
  readonly remark?: string;
}

const ANON = ["active_anon", "inactive_anon", "isolated_anon"];
const LRU = [...ANON, "active_file", "inactive_file", "isolated_file", "unevictable"];

/**
 * Splits the LRU lists of a memory report so that both parts and the swap cache add up to the lists.
 * Absent when the report prints no lists, or the lists before 2.6.28 and nothing to split them by.
 */
export function splitLru(totals: Totals): LruSplit | undefined {
  if (totals.has("active_anon")) {
    const lists = sum(totals, LRU);
    return byPagecache(totals, lists, "active_anon") ?? byLists(totals, lists);
  }
  if (!totals.has("active")) return undefined;
  const lists = sum(totals, ["active", "inactive"]);
  return byPagecache(totals, lists, "active") ?? byMapped(totals, lists);
}

function sum(totals: Totals, names: readonly string[]): Bytes {
  return names.reduce((bytes, name) => bytes + (totals.get(name)?.value ?? 0), 0);
}

/** "N total pagecache pages" holds shared memory and the swap cache: what the lists have beyond it is anonymous. */
function byPagecache(totals: Totals, lists: Bytes, anonName: string): LruSplit | undefined {
  const pagecache = totals.get("pagecache");
  if (!pagecache) return undefined;
  const anon = Math.max(0, lists - pagecache.value);
  const cached = lists - anon - sum(totals, ["swap_cache"]);
  if (cached < sum(totals, ["shmem"])) return undefined;
  return {
    anon: { value: anon, line: lineOf(totals, anonName) },
    cached: { value: cached, line: pagecache.line },
    anonFormula: "LRU lists − total pagecache pages",
    cachedFormula: "total pagecache pages − pages in swap cache, Buffers included",
  };
}

/** Shared memory lies on the anonymous lists; locked pages (unevictable) may be either and are counted as cache. */
function byLists(totals: Totals, lists: Bytes): LruSplit {
  const anon = Math.max(0, sum(totals, ANON) - sum(totals, ["shmem", "swap_cache"]));
  const cached = lists - anon - sum(totals, ["swap_cache"]);
  return {
    anon: { value: anon, line: lineOf(totals, "active_anon") },
    cached: { value: cached, line: lineOf(totals, "active_file") },
    anonFormula: "active_anon + inactive_anon + isolated_anon − shmem − pages in swap cache",
    cachedFormula: "active_file + inactive_file + isolated_file + unevictable + shmem",
  };
}

/** Up to 2.6.17 `mapped` counts every page in a page table, so process memory is at most that. */
function byMapped(totals: Totals, lists: Bytes): LruSplit | undefined {
  const mapped = totals.get("mapped");
  if (!mapped) return undefined;
  const anon = Math.min(mapped.value, lists);
  return {
    anon: { value: anon, line: mapped.line },
    cached: { value: lists - anon, line: lineOf(totals, "active") },
    anonFormula: "mapped, at most the LRU lists",
    cachedFormula: "active + inactive − mapped",
    remark:
      "a report this old does not tell process memory from cache: what is mapped is taken for process memory",
  };
}

function lineOf(totals: Totals, name: string): number {
  return totals.get(name)?.line ?? 0;
}
