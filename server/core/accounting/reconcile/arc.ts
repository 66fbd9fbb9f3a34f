import type { BucketId } from "../../report";
import type { Bytes } from "../../units";
import type { Spread, ToolFacts } from "./spread";

interface Arc {
  readonly size: Bytes;
  /** `c_min`: it does not shrink below. */
  readonly least: Bytes;
}

/** Size and least size of the ZFS ARC in bytes, from /proc/spl/kstat/zfs/arcstats; absent without ZFS. */
function readArc({ snapshot }: ToolFacts): Arc | undefined {
  const text = snapshot.smallFiles.get("proc/spl/kstat/zfs/arcstats")?.text;
  const size = text && counter(text, "size");
  if (!text || !size) return undefined;
  return { size, least: counter(text, "c_min") ?? 0 };
}

/** "size  4  2147483648": name, type, value. */
function counter(text: string, name: string): Bytes | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  const value = Number(line?.trim().split(/\s+/)[2]);
  return Number.isFinite(value) ? value : undefined;
}

/** The part of the ARC that may be given back. The kernel counts its pages nowhere, so they are in allocpage. */
export function shrinkableArc(facts: ToolFacts): Spread {
  const arc = readArc(facts);
  return inAllocpage(arc ? Math.max(0, arc.size - arc.least) : 0);
}

/** All of the ARC. */
export function wholeArc(facts: ToolFacts): Spread {
  return inAllocpage(readArc(facts)?.size ?? 0);
}

function inAllocpage(bytes: Bytes): Spread {
  return new Map<BucketId, Bytes>([["allocpage", bytes]]);
}
