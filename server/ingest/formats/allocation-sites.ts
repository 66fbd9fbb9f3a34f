import type { AllocationSite, SiteTable } from "../../core/parse/allocation-site";
import { parseAllocinfo } from "../../core/parse/allocinfo";
import { parseBccMemleak } from "../../core/parse/bcc-memleak";
import { parseBpftrace } from "../../core/parse/bpftrace";
import { parseKmemleak } from "../../core/parse/kmemleak";
import { parsePageOwner } from "../../core/parse/page-owner";
import { parsePageOwnerStacks } from "../../core/parse/page-owner-stacks";
import type { Parsed } from "../../core/parse/parsed";
import { parsePerfKmem } from "../../core/parse/perf-kmem";
import { parsePerfKmemStat } from "../../core/parse/perf-kmem-stat";
import { parseSysakMemleak } from "../../core/parse/sysak-memleak";
import type { Draft } from "./draft";
import type { Format } from "./format";

type Reader = (text: string, pageSize: number) => Parsed<readonly AllocationSite[]>;

/** An entry that puts one table of sites beside the others. */
function sites(via: SiteTable["via"], covers: SiteTable["covers"], parse: Reader): Format["enter"] {
  return (draft: Draft, file) => {
    const read = draft.read(file, (text) => parse(text, draft.pageSize));
    if (read) draft.lists.allocationSites.push({ file: read.file, via, covers, sites: read.value });
    return read !== undefined;
  };
}

const SORTED = /^\s*(?:> ?)*\d+ times(?:, \d+ pages)?[^\n]{0,200}:?\s*$/m;

/** Who allocated what: dumps of the kernel and output of tracers. */
export const SITE_FORMATS: readonly Format[] = [
  {
    id: "allocinfo",
    names: ["allocinfo"],
    looksLike: (head) =>
      /^\s*(?:> ?)*allocinfo - version/m.test(head) ||
      /^\s*(?:> ?)*[\d.]+[KMGTi]*B?\s+\d+ \S+\.[chS]:\d+ (?:\[\S+\] )?func:\w/m.test(head),
    take: "all",
    enter: sites("allocinfo", "held", parseAllocinfo),
  },
  {
    id: "page-owner-sort",
    names: ["page_owner.sorted", "page_owner_sort", "sorted_page_owner.txt"],
    looksLike: (head) => SORTED.test(head) && /\+0x|Page allocated via order/.test(head),
    take: "all",
    enter: sites("page-owner-sort", "held", parsePageOwner),
  },
  {
    id: "page-owner",
    names: ["page_owner", "page_owner_full.txt"],
    looksLike: (head) =>
      /^\s*(?:> ?)*Page allocated via order \d/m.test(head) && !SORTED.test(head),
    take: "all",
    enter: sites("page-owner", "held", parsePageOwner),
  },
  {
    id: "page-owner-stacks",
    names: ["show_stacks", "show_stacks_handles", "page_owner_stacks"],
    looksLike: (head) => /^\s*(?:> ?)*(?:nr_base_pages|stack_count): ?\d/m.test(head),
    take: "all",
    enter: sites("page-owner-stacks", "held", parsePageOwnerStacks),
  },
  {
    id: "bcc-memleak",
    names: ["memleak", "bcc-memleak"],
    looksLike: (head) => /^\s*(?:> ?)*\d+ bytes in \d+ allocations from stack/m.test(head),
    take: "all",
    enter: sites("bcc-memleak", "sinceAttach", parseBccMemleak),
  },
  {
    id: "kmemleak",
    names: ["kmemleak"],
    looksLike: (head) => /^\s*(?:> ?)*unreferenced object 0x[0-9a-f]+ \(size \d+\):/m.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: sites("kmemleak", "held", parseKmemleak),
  },
  {
    id: "sysak-memleak",
    names: ["sysak-memleak", "sysak_memleak"],
    looksLike: (head) => /未释放内存|VMALLOC 未释放函数汇总|疑似泄漏函数/.test(head),
    take: "all",
    enter: sites("sysak-memleak", "sinceAttach", parseSysakMemleak),
  },
  {
    id: "perf-kmem",
    names: ["perf-script", "perf.script", "kmem.perf"],
    looksLike: (head) => /: +(?:kmem:)?mm_page_(?:alloc|free):? /.test(head),
    take: "all",
    enter: sites("perf", "sinceAttach", parsePerfKmem),
  },
  {
    id: "perf-kmem-stat",
    names: ["perf-kmem-stat", "perf_kmem_stat"],
    looksLike: (head) => /^\s*(?:> ?)*(?:Total|Live) alloc \(KB\)\s*\|\s*Hits/m.test(head),
    take: "all",
    enter: sites("perf", "sinceAttach", (text) => parsePerfKmemStat(text)),
  },
  {
    id: "bpftrace",
    names: ["bpftrace"],
    looksLike: (head) =>
      /^\s*(?:> ?)*@\w*\[\s*$/m.test(head) || /^\{"type": ?"map", ?"data": ?\{"@/m.test(head),
    take: "all",
    enter: sites("bpftrace", "sinceAttach", parseBpftrace),
  },
];
