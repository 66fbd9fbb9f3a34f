import { vmallocTotal } from "../../core/accounting/vmalloc";
import type { BucketId } from "../../core/report";
import type { Snapshot } from "../../core/snapshot";
import { type Bytes, GIB, MIB } from "../../core/units";
import type { Grade } from "./grade";
import type { Expectation } from "./label";

/** What the rule says: one bucket, or nothing. Undefined where its inputs are missing. */
type Answer = { readonly leaks: BucketId | undefined } | undefined;

const NEEDED = ["MemTotal", "MemFree", "Slab", "SUnreclaim", "KernelStack", "PageTables"];
const LRU = ["Active(anon)", "Inactive(anon)", "Active(file)", "Inactive(file)"];

/**
 * The public rule that this product is measured beside: `sysak memgraph -k` of xiapin/sysak
 * (source/tools/detect/mem/memgraph/memgraph.py). Sizes in bytes, its own order, first hit wins: SUnreclaim,
 * allocPage, VmallocUsed; a leak is more than 6 GiB, or more than 10 % of MemTotal and more than 1.5 GiB.
 */
export function sysakRule(snapshot: Snapshot | undefined): Answer {
  const meminfo = snapshot?.meminfo;
  if (!snapshot || !meminfo || meminfo.derived) return undefined;
  const printed = (name: string) => meminfo.value.get(name)?.value;
  if ([...NEEDED, ...LRU].some((name) => printed(name) === undefined)) return undefined;
  const field = (name: string): Bytes => printed(name) ?? 0;
  const memTotal = field("MemTotal");
  const vmalloc = field("VmallocUsed") || (vmallocTotal({ snapshot, meminfo })?.bytes ?? 0);
  const user =
    LRU.reduce((sum, name) => sum + field(name), field("Mlocked")) + hugePages(snapshot, field);
  const kernel = field("Slab") + field("KernelStack") + field("PageTables") + vmalloc;
  const rest = memTotal - field("MemFree") - user - kernel;
  const sizes: readonly (readonly [BucketId, Bytes])[] = [
    ["slabUnreclaimable", field("SUnreclaim")],
    ["allocpage", rest < 1024 ? MIB : rest],
    ["vmalloc", vmalloc],
  ];
  return { leaks: sizes.find(([, bytes]) => isLeak(bytes, memTotal))?.[0] };
}

function hugePages(snapshot: Snapshot, field: (name: string) => Bytes): Bytes {
  const pools = snapshot.hugepagePools.filter(
    (pool) => pool.field === "nr_hugepages" && pool.numaNode === undefined,
  );
  if (pools.length === 0) return field("HugePages_Total") * field("Hugepagesize");
  return pools.reduce((sum, pool) => sum + pool.count * pool.pageSize, 0);
}

function isLeak(bytes: Bytes, memTotal: Bytes): boolean {
  return bytes > 6 * GIB || (bytes > memTotal * 0.1 && bytes > 1.5 * GIB);
}

/** Its answer held against the same label: it knows leak or no leak, one bucket, and no cause. */
export function gradeSysak(answer: Answer, expected: Expectation): Grade {
  if (!answer) return { marks: noAnswer(expected), isFalseAlarm: false, said: "cannot" };
  const { leaks } = answer;
  const statuses = leaks ? ["suspect", "held", "leaking"] : ["healthy", "watch"];
  return {
    marks: {
      status: expected.status.some((status) => statuses.includes(status)),
      ...(expected.bucket.length > 0 ? { bucket: expected.bucket.includes(leaks ?? null) } : {}),
      ...(expected.hard || expected.causes.length === 0 ? {} : { first: false, firstTwo: false }),
    },
    isFalseAlarm: expected.healthy && leaks !== undefined,
    said: leaks ?? "no leak",
  };
}

function noAnswer(expected: Expectation): Grade["marks"] {
  return {
    status: false,
    ...(expected.bucket.length > 0 ? { bucket: false } : {}),
    ...(expected.hard || expected.causes.length === 0 ? {} : { first: false, firstTwo: false }),
  };
}
