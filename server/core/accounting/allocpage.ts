import { quote } from "../evidence";
import type { BucketPart, Composition, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { allocpageParts } from "./allocpage-parts";
import { composeMemory } from "./composition";
import { withMeminfo } from "./meminfo-fallback";
import { composeSockets } from "./sockets";
import { explainedBySockstat, unexplainedAllocpage } from "./unexplained";

/** What is known about the pages that no counter shows. Sizes in bytes. */
export interface AllocpageView {
  readonly bytes: Bytes;
  readonly plusMinus: Bytes;
  /** What the protocol counters own up to: sockstat TCP mem, as far as it can lie in pages. */
  readonly explained: Bytes;
  /** bytes − explained, never below 0: what nobody owns up to. */
  readonly unexplained: Bytes;
  /** The subtraction, line by line, from MemTotal to the remainder. */
  readonly ledger: readonly {
    readonly id: string;
    readonly label: string;
    readonly bytes: Bytes;
    readonly evidence: readonly Evidence[];
  }[];
  /** What is known to sit inside, with bounds; not exclusive of each other. */
  readonly parts: readonly BucketPart[];
  /** kpageflags census: compound pages nobody owns, by order. */
  readonly census?: readonly {
    readonly order: number;
    readonly bytes: Bytes;
    readonly evidence: Evidence;
  }[];
  /** Share of the census (not of allocpage) in order-3 blocks, 0 to 1. */
  readonly order3Share?: number;
}

/** What is known about allocpage, in bytes; absent without a composition. */
export function viewAllocpage(given: Snapshot): AllocpageView | undefined {
  const snapshot = withMeminfo(given);
  const composition = composeMemory(snapshot);
  const share = composition?.buckets.find((bucket) => bucket.id === "allocpage");
  if (!composition || !share) return undefined;
  const explained = explainedBySockstat(snapshot, composition);
  const unexplained = unexplainedAllocpage(snapshot, composition);
  return {
    bytes: share.bytes,
    plusMinus: composition.uncertainty.plusMinus,
    explained,
    unexplained,
    ledger: subtraction(composition),
    parts: allocpageParts(snapshot, composition, composeSockets(snapshot, unexplained)),
    ...censusView(snapshot),
  };
}

/** MemTotal first, then every measured bucket as it is taken off. */
function subtraction(composition: Composition): AllocpageView["ledger"] {
  const total = composition.buckets.find((bucket) => bucket.id === "allocpage");
  const measured = composition.buckets.filter((bucket) => bucket.id !== "allocpage");
  return [
    {
      id: "memTotal",
      label: "MemTotal",
      bytes: composition.memTotal,
      evidence: total?.evidence ?? [],
    },
    ...measured.map((bucket) => ({
      id: bucket.id,
      label: bucket.from.join(", "),
      bytes: -bucket.bytes,
      evidence: bucket.evidence ?? [],
    })),
  ];
}

function censusView(snapshot: Snapshot): Pick<AllocpageView, "census" | "order3Share"> {
  const source = snapshot.kpageflags;
  if (!source || source.value.nobodyByOrder.size === 0) return {};
  const census = [...source.value.nobodyByOrder]
    .map(([order, { bytes, line }]) => ({
      order,
      bytes,
      evidence: quote(
        snapshot,
        { file: source.file, line },
        { text: `compound pages of order ${order} that nobody owns`, value: bytes, unit: "bytes" },
      ),
    }))
    .sort((a, b) => a.order - b.order);
  const total = census.reduce((sum, row) => sum + row.bytes, 0);
  const order3 = census.find((row) => row.order === 3)?.bytes ?? 0;
  return { census, ...(total > 0 ? { order3Share: order3 / total } : {}) };
}
