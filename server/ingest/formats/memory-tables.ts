import { parseFree } from "../../core/parse/free";
import type { Parsed } from "../../core/parse/parsed";
import { parseSmem } from "../../core/parse/smem";
import { parseMemgraph } from "../../core/parse/sysak-memgraph";
import { parseMemleakCheck } from "../../core/parse/sysak-memleak-check";
import type { ToolTotals } from "../../core/parse/tool-totals";
import { parseTop } from "../../core/parse/top";
import { parseVmstatTotals } from "../../core/parse/vmstat-totals";
import { parseXsos } from "../../core/parse/xsos";
import type { DerivedMeminfo } from "../../core/snapshot";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

type Doubt = DerivedMeminfo["doubts"][number];
type Via = DerivedMeminfo["via"];

/** Tables that print a part of the ledger: the rest lies in one sum. */
function partial(via: Via, parse: (file: TextFile) => Parsed<ToolTotals>): Format["enter"] {
  return (draft, file) => {
    const totals = draft.read(file, () => parse(file));
    if (totals) enterTotals(draft, { file: totals.file, via, totals: totals.value, doubts: [] });
    return totals !== undefined;
  };
}

/** Tables that print process memory: what they leave together is said where they are entered. */
const OWN_DOUBTS: ReadonlySet<Via> = new Set(["sysak", "smem", "sysak-check"]);

function enterTotals(
  draft: Draft,
  of: {
    readonly file: string;
    readonly via: Via;
    readonly totals: ToolTotals;
    readonly doubts: readonly Doubt[];
  },
): void {
  const { fields, formulas, rounding } = of.totals;
  const rounded = { bytes: rounding, why: "the numbers are rounded" };
  const doubts = OWN_DOUBTS.has(of.via) ? of.doubts : [...of.doubts, unsplit(of.totals)];
  const derived: DerivedMeminfo = {
    ...{ via: of.via, formulas },
    doubts: rounding > 0 ? [...doubts, rounded] : doubts,
  };
  draft.lists.otherTotals.push({ file: of.file, value: fields, derived });
}

/** Nothing but process memory may be in what such a table does not tell apart. */
function unsplit({ fields }: ToolTotals): Doubt {
  const bytes = (field: string): number => fields.get(field)?.value ?? 0;
  const told = ["MemFree", "Buffers", "Cached", "Slab", "Hugetlb", "PageTables", "Percpu"];
  return {
    bytes: Math.max(
      0,
      told.reduce((left, field) => left - bytes(field), bytes("MemTotal")),
    ),
    why: "process memory is not printed: it lies in one sum with kernel memory and pages that no counter shows",
  };
}

function enterTop(draft: Draft, file: TextFile): boolean {
  const top = draft.read(file, parseTop);
  if (!top) return false;
  const { totals, rows } = top.value;
  if (totals) enterTotals(draft, { file: top.file, via: "top", totals, doubts: [] });
  if (rows.length > 0) draft.lists.processTables.push({ file: top.file, via: "ps", rows });
  return true;
}

function enterSmem(draft: Draft, file: TextFile): boolean {
  const smem = draft.read(file, parseSmem);
  if (!smem) return false;
  const { totals, rows, kernelNoncache } = smem.value;
  if (totals) {
    const why =
      "smem prints kernel memory in one sum: slab that cannot be reclaimed, stacks, page tables, huge pages, vmalloc and pages that no counter shows";
    const doubts = [{ bytes: kernelNoncache?.value ?? 0, why }];
    enterTotals(draft, { file: smem.file, via: "smem", totals, doubts });
  }
  if (rows.length > 0) draft.lists.processTables.push({ file: smem.file, via: "ps", rows });
  return true;
}

function enterMemgraph(draft: Draft, file: TextFile): boolean {
  const graph = draft.read(file, parseMemgraph);
  if (!graph) return false;
  const { totals, rows, mlocked } = graph.value;
  const doubts = [
    {
      bytes: 0,
      why: "no /proc/meminfo: the numbers are those of sysak memgraph, whose remainder holds per-CPU lists and per-CPU memory as well",
    },
    { bytes: mlocked, why: "locked pages may be process memory or files" },
  ];
  enterTotals(draft, { file: graph.file, via: "sysak", totals, doubts });
  if (rows.length > 0) draft.lists.processTables.push({ file: graph.file, via: "ps", rows });
  return true;
}

function enterMemleakCheck(draft: Draft, file: TextFile): boolean {
  const check = draft.read(file, parseMemleakCheck);
  if (!check) return false;
  const { totals, allocPages } = check.value;
  const why =
    "the remainder of sysak memleak -c, which holds page tables, stacks and per-CPU memory as well";
  const doubts = [{ bytes: allocPages.value, why }];
  enterTotals(draft, { file: check.file, via: "sysak-check", totals, doubts });
  return true;
}

/** Tables of a whole machine that people paste where /proc/meminfo would say more. */
export const MEMORY_TABLE_FORMATS: readonly Format[] = [
  {
    id: "top",
    names: ["top"],
    starts: ["top_-"],
    looksLike: (head) =>
      /^\s*(?:[KMGT]iB )?Mem\s*:\s+[\d.,]+[kmgt]?\+?\s*total\b|^Mem: \d+K used, \d+K free/m.test(
        head,
      ) || /^\s*PID\s+USER\s[^\n]{0,100}\bRES\s+SHR\b/m.test(head),
    take: "best",
    enter: enterTop,
  },
  {
    id: "free",
    names: ["free"],
    starts: ["free_-"],
    looksLike: (head) =>
      /^\s*total\s+used\s+free\s+shared/m.test(head) ||
      /^(?:Mem|Speicher|Mémoire|内存)\s?[:：](?:\s+[\d.,]+\s?[BKMGT]?i?B?){5,7}\s*$/m.test(head),
    take: "best",
    enter: partial("free", (file) => parseFree(file.text, file.path)),
  },
  {
    id: "xsos",
    names: ["xsos", "xsos-mem", "xsos_-m"],
    looksLike: (head) => /^\s*[\d.]+ ?(?:[KMGT]i?B|[kmgt]) total(?: ram\s*$| \[)/m.test(head),
    take: "best",
    enter: partial("xsos", (file) => parseXsos(file.text)),
  },
  {
    id: "smem",
    names: ["smem"],
    starts: ["smem_-", "smem-"],
    looksLike: (head) =>
      /^\s*Area\s+Used\s+Cache\s+Noncache\s*$/m.test(head) ||
      /^\s*PID\s+User\s+Command\s[^\n]{0,60}\bPSS\b/m.test(head),
    take: "all",
    enter: enterSmem,
  },
  {
    id: "vmstat-totals",
    names: ["vmstat_-s", "vmstat-s"],
    looksLike: (head) => /^\s*\d+ +[kKmM]? *total memory\s*$/m.test(head),
    take: "best",
    enter: partial("vmstat-s", (file) => parseVmstatTotals(file.text)),
  },
  {
    id: "sysak",
    names: ["memgraph.json", "memgraph", "sysak_memgraph"],
    starts: ["sysak_memgraph", "memgraph"],
    looksLike: (head) => /["']allocPage["']\s{0,4}:/.test(head) && /["']SUnreclaim["']/.test(head),
    take: "best",
    enter: enterMemgraph,
  },
  {
    id: "sysak-memleak-check",
    names: ["sysak-memleak-check"],
    looksLike: (head) => /^\s*allocPages?\s?[:：]\s?\d+M\s?[,，]?\s?uslab/im.test(head),
    take: "best",
    enter: enterMemleakCheck,
  },
];
