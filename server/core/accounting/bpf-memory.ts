import { quote } from "../evidence";
import type { BpfObject } from "../parse/bpftool";
import type { BucketId, ByteRange } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, KIB } from "../units";
import type { Holding } from "./holding";
import { mergeProcesses } from "./processes";

/** A map of BPF, and the bucket that its memory lies in. */
export interface BpfHolding extends Holding {
  readonly bucket: Extract<BucketId, "allocpage" | "vmalloc" | "percpu" | "slabUnreclaimable">;
  readonly type: string;
}

/** A map as fdinfo or bpftool tells of it. */
interface MapFacts {
  readonly type: string;
  readonly flags: number;
  readonly maxEntries: number;
  readonly memlock: Bytes;
}

/** Numbers in fdinfo, include/uapi/linux/bpf.h enum bpf_map_type; the ones that matter for where memory lies. */
const TYPE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "hash"],
  [2, "array"],
  [5, "percpu_hash"],
  [6, "percpu_array"],
  [9, "lru_hash"],
  [10, "lru_percpu_hash"],
  [11, "lpm_trie"],
  [27, "ringbuf"],
  [31, "user_ringbuf"],
  [33, "arena"],
]);
const NO_PREALLOC = 1;
/** Larger tables go to vmalloc (kernel/bpf/syscall.c __bpf_map_area_alloc, PAGE_ALLOC_COSTLY_ORDER). */
const SMALL_TABLE = 32 * KIB;

/** Every map once (fdinfo prints its id), with its holder where one is known; largest first. */
export function bpfMaps(snapshot: Snapshot): readonly BpfHolding[] {
  const holders = openMaps(snapshot);
  const listed = snapshot.bpfObjects.flatMap(({ file, value }) =>
    value
      .filter((object) => !object.isProgram)
      .map((object) => fromBpftool(snapshot, { file, object, open: holders.get(object.id) })),
  );
  const names = new Set(snapshot.bpfObjects.flatMap(({ value }) => value.map(({ id }) => id)));
  const others = [...holders].filter(([id]) => !names.has(id)).map(([, open]) => open);
  return [...listed, ...others].sort((a, b) => b.bytes.upper - a.bytes.upper);
}

function fromBpftool(
  snapshot: Snapshot,
  of: { readonly file: string; readonly object: BpfObject; readonly open: BpfHolding | undefined },
): BpfHolding {
  const { file, object, open } = of;
  const { type, flags = 0, maxEntries = 0, memlock = 0 } = object;
  const holder = object.holders[0] ?? open;
  return {
    ...sizeOf({ type, flags, maxEntries, memlock }, snapshot.node.pageSize),
    type,
    count: 1,
    name: object.name ?? `map ${object.id}`,
    ...(holder?.pid !== undefined && { pid: holder.pid }),
    ...(holder?.comm && { comm: holder.comm }),
    ...(open?.fd !== undefined && open.pid === holder?.pid && { fd: open.fd }),
    evidence: quote(
      snapshot,
      { file, line: object.line },
      { text: `BPF ${type} ${object.name ?? object.id}`, value: memlock, unit: "bytes" },
    ),
  };
}

/** Maps by id as the first process that has them open shows them. */
function openMaps(snapshot: Snapshot): ReadonlyMap<number, BpfHolding> {
  const processes = mergeProcesses(snapshot);
  const maps = new Map<number, BpfHolding>();
  for (const { file, value } of snapshot.fdInfo) {
    for (const { pid, fd, numbers } of value) {
      const id = numbers.get("map_id")?.value;
      const typeNumber = numbers.get("map_type");
      if (id === undefined || !typeNumber || maps.has(id)) continue;
      const type = TYPE_NAMES.get(typeNumber.value) ?? `type ${typeNumber.value}`;
      const number = (name: string) => numbers.get(name)?.value ?? 0;
      const facts = {
        type,
        flags: number("map_flags"),
        maxEntries: number("max_entries"),
        memlock: number("memlock"),
      };
      const comm = processes.get(pid)?.comm;
      const line = numbers.get("memlock")?.line ?? typeNumber.line;
      maps.set(id, {
        ...sizeOf(facts, snapshot.node.pageSize),
        type,
        count: 1,
        pid,
        fd,
        name: `map ${id}`,
        ...(comm && { comm }),
        evidence: quote(
          snapshot,
          { file, line },
          { text: `BPF ${type}, map ${id}`, value: facts.memlock, unit: "bytes" },
        ),
      });
    }
  }
  return maps;
}

function sizeOf(
  map: MapFacts,
  pageSize: Bytes,
): { readonly bucket: BpfHolding["bucket"]; readonly bytes: ByteRange } {
  const { type, flags, maxEntries, memlock } = map;
  const exact = { lower: memlock, upper: memlock };
  if (type.endsWith("ringbuf")) {
    // max_entries is the data area; 5.11 to 6.3 print 0 as its memlock.
    const bytes = Math.max(memlock, maxEntries);
    return { bucket: "allocpage", bytes: { lower: bytes, upper: bytes } };
  }
  if (type === "arena") {
    const upper = Math.max(memlock, maxEntries * pageSize);
    return { bucket: "allocpage", bytes: { lower: memlock, upper } };
  }
  if (type.includes("percpu")) return { bucket: "percpu", bytes: exact };
  const isOnDemand = type === "lpm_trie" || (type === "hash" && (flags & NO_PREALLOC) !== 0);
  // Elements are made one by one; before 6.4 memlock is what all of them would take.
  if (isOnDemand) return { bucket: "slabUnreclaimable", bytes: { lower: 0, upper: memlock } };
  return { bucket: memlock > SMALL_TABLE ? "vmalloc" : "slabUnreclaimable", bytes: exact };
}
