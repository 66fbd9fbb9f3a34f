import { BUCKETS, type BucketId } from "../../report";
import type { ReconcileRow } from "../../report-reconcile";
import type { Bytes } from "../../units";
import { bucketGroup } from "../buckets";
import { vmallocTotal } from "../vmalloc";
import {
  fill,
  minus,
  ownBuckets,
  plus,
  type Spread,
  spreadField,
  spreadLru,
  type ToolFacts,
  total,
} from "./spread";
import { type Reasons, toolRows } from "./tool-row";

const MEMGRAPH = "SysAK (state of 2023-10), detect/mem/memgraph/memgraph.py";
const FILE_LISTS = ["Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)", "Mlocked"];
const ALL_LISTS = ["Active", "Inactive", "Mlocked"];
/** memgraph prints 1,024 kB, and memleak -c the same, instead of a remainder below zero. */
const LEAST: Bytes = 1_048_576;
const UNCOUNTED = "no term of the formula, so it stays in the remainder";

const REASONS: Reasons = {
  ...Object.fromEntries(BUCKETS.map((id) => [id, UNCOUNTED])),
  fileCache:
    "unevictable pages that are not mlocked (ramfs, SHM_LOCK), and pages between the lists",
  hugetlb: "pools of other page sizes than the tool reads",
  slabUnreclaimable: "Slab is read at another moment than its parts",
  vmalloc: "stacks lie in vmalloc areas and are taken off twice, or vmalloc is not read at all",
  allocpage: "the tool prints 1 MiB instead of a number below zero",
};

/** memgraph and memleak -c of SysAK: remainders, each with terms missing. */
export function sysakRows(facts: ToolFacts): readonly ReconcileRow[] {
  const field = (name: string) => spreadField(facts, name);
  const user = plus(spreadLru(facts, FILE_LISTS), hugePools(facts));
  const kernel = plus(field("Slab"), field("KernelStack"), field("PageTables"), vmallocUsed(facts));
  const rest = notBelow(minus(field("MemTotal"), field("MemFree"), user, kernel));
  const coarse = notBelow(
    minus(
      field("MemTotal"),
      field("MemFree"),
      spreadLru(facts, ALL_LISTS),
      field("Slab"),
      hugePools(facts),
    ),
  );
  const own = ownBuckets(facts, ["allocpage"]);
  return [
    ...toolRows({
      tool: "sysak-memgraph",
      label: "allocPage",
      source: MEMGRAPH,
      formula:
        "MemTotal − MemFree − (Active, Inactive (anon, file) + Mlocked + huge pages) − (Slab + KernelStack + PageTables + VmallocUsed)",
      counted: rest,
      ours: own,
      why: "Leaves per-CPU free lists, per-CPU data and unevictable pages in the remainder, and takes vmapped stacks off twice.",
      reasons: REASONS,
    }),
    ...toolRows({
      tool: "sysak-memgraph",
      label: "userUsed",
      source: MEMGRAPH,
      formula: "Active, Inactive (anon, file) + Mlocked + huge pages",
      counted: user,
      ours: groupOf(facts, "user"),
      why: "Takes the page lists; we take the counters.",
      reasons: { ...REASONS, vmalloc: UNCOUNTED },
    }),
    ...kernelUsed(facts, plus(rest, kernel)),
    ...toolRows({
      tool: "sysak-memleak",
      label: "allocPages (memleak -c)",
      source: "SysAK (commit 44aff0e), detect/mem/memleak/check.c",
      formula: "MemTotal − MemFree − Active − Inactive − Mlocked − Slab − huge pages",
      counted: coarse,
      ours: own,
      why: "Leaves page tables, stacks, vmalloc and per-CPU memory in the remainder as well.",
      reasons: { ...REASONS, vmalloc: UNCOUNTED },
    }),
  ];
}

/** kernelUsed and total hold what the kernel kept at boot, outside MemTotal: added to ours to compare. */
function kernelUsed(facts: ToolFacts, kernel: Spread | undefined): readonly ReconcileRow[] {
  const reserved = reservedAtBoot(facts);
  if (reserved === undefined || !kernel) return [];
  const rows = [
    ...toolRows({
      tool: "sysak-memgraph",
      label: "kernelUsed",
      source: MEMGRAPH,
      formula: "allocPage + Slab + KernelStack + PageTables + VmallocUsed + reserved",
      counted: kernel,
      ours: groupOf(facts, "kernel"),
      why: "With the memory that the kernel reserved at boot, which is outside MemTotal; ours is given with it too.",
      reasons: REASONS,
    }),
    ...toolRows({
      tool: "sysak-memgraph",
      label: "total",
      source: MEMGRAPH,
      formula: "MemTotal + reserved",
      counted: spreadField(facts, "MemTotal"),
      ours: ownBuckets(facts, BUCKETS),
      why: "MemTotal with the memory that the kernel reserved at boot; ours is given with it too.",
    }),
  ];
  return rows.map((row) => ({ ...row, bytes: row.bytes + reserved }));
}

function groupOf(facts: ToolFacts, group: "user" | "kernel"): Spread {
  return ownBuckets(
    facts,
    BUCKETS.filter((id) => bucketGroup(id) === group),
  );
}

function notBelow(rest: Spread | undefined): Spread | undefined {
  if (!rest || total(rest) >= 1024) return rest;
  return plus(rest, new Map<BucketId, Bytes>([["allocpage", LEAST - total(rest)]]));
}

/** The 2 MiB and 1 GiB pools in whole; where only meminfo is there, the pool of the default size. */
function hugePools(facts: ToolFacts): Spread | undefined {
  const pools = facts.snapshot.hugepagePools.filter(
    ({ field, numaNode, pageSize }) =>
      field === "nr_hugepages" && numaNode === undefined && READ_POOLS.includes(pageSize),
  );
  const count = facts.snapshot.meminfo?.value.get("HugePages_Total")?.value ?? 0;
  const bytes =
    pools.length > 0
      ? pools.reduce((sum, pool) => sum + pool.count * pool.pageSize, 0)
      : count * (facts.field("Hugepagesize") ?? 0);
  return fill(facts, bytes, ["hugetlb"]);
}

const READ_POOLS: readonly Bytes[] = [2 * 1024 ** 2, 1024 ** 3];

/** VmallocUsed; where the kernel prints 0, the pages of /proc/vmallocinfo. */
function vmallocUsed(facts: ToolFacts): Spread | undefined {
  const { snapshot } = facts;
  const used = facts.field("VmallocUsed");
  if (used === undefined) return undefined;
  const areas =
    used === 0 && snapshot.meminfo
      ? vmallocTotal({ snapshot, meminfo: snapshot.meminfo })
      : undefined;
  return fill(facts, used || (areas?.bytes ?? 0), ["vmalloc"]);
}

/** The number before "K reserved" in the line "Memory: …K/…K available (…)" of the boot log, in bytes. */
function reservedAtBoot({ snapshot }: ToolFacts): Bytes | undefined {
  const text = snapshot.kernelLog && snapshot.texts.get(snapshot.kernelLog.file);
  const at = text?.indexOf("Memory: ") ?? -1;
  if (!text || at < 0) return undefined;
  const line = text.slice(at, at + 400).split("\n", 1)[0] ?? "";
  const kib = /(\d{1,15})K reserved/.exec(line)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}
