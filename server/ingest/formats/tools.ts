import { parseCrashKmem } from "../../core/parse/crash-kmem";
import { parseCrashSlab } from "../../core/parse/crash-slab";
import { parseCrashVmstat } from "../../core/parse/crash-vmstat";
import type { Meminfo } from "../../core/parse/meminfo";
import { parseNumastat } from "../../core/parse/numastat";
import { parseVmstatSlab } from "../../core/parse/vmstat-slab";
import type { DerivedMeminfo } from "../../core/snapshot";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

/** Fewer rows are the top of a table. */
const WHOLE_TABLE = 60;

function enterCrashKmem(draft: Draft, file: TextFile): boolean {
  const totals = draft.read(file, (text) => parseCrashKmem(text, draft.pageSize));
  if (!totals) return false;
  const doubt = {
    bytes: rest(totals.value, ["MemFree", "Buffers", "Cached", "Slab", "Hugetlb"]),
    why: "kmem -i has no row for process memory: it lies in one sum with page tables, vmalloc and pages that no counter shows",
  };
  const derived: DerivedMeminfo = { via: "crash", formulas: new Map(), doubts: [doubt] };
  draft.lists.otherTotals.push({ ...totals, derived });
  return true;
}

/** MemTotal less what the table tells apart, in bytes. */
function rest(meminfo: Meminfo, told: readonly string[]): number {
  const bytes = (field: string): number => meminfo.get(field)?.value ?? 0;
  return Math.max(
    0,
    told.reduce((left, field) => left - bytes(field), bytes("MemTotal")),
  );
}

/** Tables of other tools that stand in for a file of /proc. */
export const TOOL_FORMATS: readonly Format[] = [
  {
    id: "crash",
    names: ["kmem_-i", "crash-kmem-i"],
    starts: ["crash-kmem-i", "kmem_-i"],
    looksLike: (head) =>
      /^\s*PAGES\s+TOTAL\s+PERCENTAGE\s*$/m.test(head) ||
      /^\s*TOTAL MEM\s+\d+\s+[\d.]+ [KMGT]i?B/m.test(head),
    take: "best",
    enter: enterCrashKmem,
  },
  {
    id: "crash-slab",
    names: [],
    starts: ["crash-kmem-s", "kmem_-s", "crash-kmem-S", "kmem_-S"],
    looksLike: (head) =>
      /^\s*CACHE\s+(?:NAME\s+)?OBJSIZE\s+ALLOCATED\s+TOTAL\s+SLABS\s+SSIZE/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const caches = draft.read(file, parseCrashSlab);
      if (!caches) return false;
      const isComplete = caches.value.length > WHOLE_TABLE;
      draft.single.slab ??= { ...caches, via: "slabinfo", isComplete };
      return true;
    },
  },
  {
    id: "crash-vmstat",
    names: [],
    starts: ["crash-kmem-V", "kmem_-V", "crash-kmem-z", "kmem_-z"],
    looksLike: (head) => /^\s*NR_FREE_PAGES: \d/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const vmstat = draft.read(file, parseCrashVmstat);
      if (vmstat) draft.single.vmstat ??= vmstat;
      return vmstat !== undefined;
    },
  },
  {
    id: "vmstat-slab",
    names: ["vmstat_-m"],
    looksLike: (head) => /^\s*Cache\s+Num\s+Total\s+Size\s+Pages\s*$/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const caches = draft.read(file, (text) => parseVmstatSlab(text, draft.pageSize));
      if (!caches) return false;
      const isComplete = caches.value.length > WHOLE_TABLE;
      draft.single.slab ??= { ...caches, via: "slabinfo", isComplete };
      return true;
    },
  },
  {
    id: "numastat",
    names: ["numastat_-m", "numastat_-cm", "numastat_-mc"],
    starts: ["numastat_-"],
    except: /numastat_-n$/,
    looksLike: (head) =>
      /^\s+Node 0\s+(?:Node 1\b|Total\b)|^\s+Node \d+\s+Total\s*$/m.test(head) &&
      /^MemTotal\s+\d/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const numastat = draft.read(file, parseNumastat);
      if (!numastat) return false;
      const { numaMeminfo, roundedTo } = numastat.value;
      draft.lists.numaMeminfo.push({ file: numastat.file, value: numaMeminfo, roundedTo });
      return true;
    },
  },
];
