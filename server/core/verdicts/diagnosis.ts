import { bucketBytes } from "../accounting/buckets";
import { composeMemory } from "../accounting/composition";
import { checkConsistency, type Inconsistency } from "../accounting/consistency";
import { withMeminfo } from "../accounting/meminfo-fallback";
import { type SlabView, viewSlab } from "../accounting/slab";
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
  const listed = snapshot.sysctl.map((source) => source.value.get(name)?.value);
  const file = snapshot.smallFiles.get(`proc/sys/${name.replaceAll(".", "/")}`)?.text;
  const text = listed.find((value) => value !== undefined) ?? file ?? "";
  return text.trim().split(/\s+/).filter(Boolean).map(Number).filter(Number.isFinite);
}
