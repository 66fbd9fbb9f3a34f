import type { BucketPart, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";

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

export declare function viewAllocpage(snapshot: Snapshot): AllocpageView | undefined;
