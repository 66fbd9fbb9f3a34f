import { bucketBytes } from "../accounting/buckets";
import { composeMemory } from "../accounting/composition";
import { checkConsistency, type Inconsistency } from "../accounting/consistency";
import { withMeminfo } from "../accounting/meminfo-fallback";
import { type SlabView, viewSlab } from "../accounting/slab";
import { type SlabFamily, slabFamilies } from "../accounting/slab-families";
import type { SocketView } from "../accounting/socket-view";
import { composeSockets } from "../accounting/sockets";
import { unexplainedAllocpage } from "../accounting/unexplained";
import type { BucketId, Composition } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** Everything a rule may look at, computed once per snapshot. Sizes in bytes. */
export interface Diagnosis {
  /** With totals from another source where the input has no /proc/meminfo. */
  readonly snapshot: Snapshot;
  readonly composition?: Composition;
  readonly memTotal?: Bytes;
  /** MemAvailable where printed. */
  readonly available?: Bytes;
  /** allocpage less what sockstat owns up to. */
  readonly unexplained: Bytes;
  readonly inconsistencies: readonly Inconsistency[];
  readonly sockets?: SocketView;
  readonly slab?: SlabView;
  /** Slab caches, largest first; empty where nothing names them. */
  readonly caches: readonly SlabFamily[];
}

export function diagnose(given: Snapshot): Diagnosis {
  const snapshot = withMeminfo(given);
  const composition = composeMemory(snapshot);
  const unexplained = unexplainedAllocpage(snapshot, composition);
  const available = snapshot.meminfo?.value.get("MemAvailable")?.value;
  const sockets = composeSockets(snapshot, unexplained);
  const slab = viewSlab(snapshot);
  return {
    snapshot,
    unexplained,
    caches: slabFamilies(snapshot, slab),
    inconsistencies: composition ? checkConsistency(snapshot, composition) : [],
    ...(composition ? { composition, memTotal: composition.memTotal } : {}),
    ...(available === undefined ? {} : { available }),
    ...(sockets ? { sockets } : {}),
    ...(slab ? { slab } : {}),
  };
}

/** The bytes of a bucket of this snapshot, 0 without a composition. */
export function bytesOf(diagnosis: Diagnosis, id: BucketId): Bytes {
  return diagnosis.composition ? bucketBytes(diagnosis.composition, id) : 0;
}

/** A sysctl as whitespace-separated numbers, from `sysctl -a` or the file below /proc/sys. */
export function sysctlNumbers(snapshot: Snapshot, name: string): readonly number[] {
  return findSysctl(snapshot, name)?.numbers ?? [];
}

/** The same with the place it stands at, for evidence; absent when it was not collected. */
export function findSysctl(
  { sysctl, smallFiles }: Snapshot,
  name: string,
):
  | { readonly numbers: readonly number[]; readonly file: string; readonly line: number }
  | undefined {
  for (const { file, value } of sysctl) {
    const listed = value.get(name);
    if (listed) return { numbers: toNumbers(listed.value), file, line: listed.line };
  }
  const small = smallFiles.get(`proc/sys/${name.replaceAll(".", "/")}`);
  return small && { numbers: toNumbers(small.text), file: small.file, line: 1 };
}

function toNumbers(text: string): readonly number[] {
  return text.trim().split(/\s+/).filter(Boolean).map(Number).filter(Number.isFinite);
}
