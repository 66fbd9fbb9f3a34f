import type { Bytes } from "../units";

/** A function on the way to an allocation, as far as its source names it. */
export interface Frame {
  /** Kernel symbol without offset and without the compiler's suffix: "skb_page_frag_refill". */
  readonly func: string;
  /** Source file and line where the format gives them (allocinfo): "net/core/sock.c". */
  readonly file?: string;
  readonly sourceLine?: number;
  /** Module name without brackets; absent for code built into the kernel. */
  readonly module?: string;
}

/** Memory held by one call site (one frame) or one stack. */
export interface AllocationSite {
  /** Innermost first: the allocator's caller, then its callers. Never empty. */
  readonly frames: readonly Frame[];
  /** Held when the table was taken. */
  readonly bytes: Bytes;
  /** Allocations that are held. */
  readonly calls: number;
  /** Since tracing began, where the source counts what was freed again too. */
  readonly allocated?: { readonly bytes: Bytes; readonly calls: number };
  /** What the source itself says of the pages: their allocator, or that they are on an LRU list. */
  readonly pages?: "slab" | "lru" | "vmalloc" | "plain";
  readonly slabCache?: string;
  readonly order?: number;
  /** Task that was running at the allocation: for received packets a bystander, not the owner. */
  readonly task?: { readonly pid?: number; readonly comm?: string };
  readonly memcg?: { readonly name?: string; readonly isOffline: boolean };
  /** 1-based line the numbers stand on. */
  readonly line: number;
}

/** The sites of one dump or trace. */
export interface SiteTable {
  readonly file: string;
  readonly via: SiteSource;
  /** held: everything alive when it was read; sinceAttach: only what was allocated while tracing. */
  readonly covers: "held" | "sinceAttach";
  readonly sites: readonly AllocationSite[];
}

export type SiteSource =
  | "allocinfo"
  | "page-owner"
  | "page-owner-sort"
  | "page-owner-stacks"
  | "bcc-memleak"
  | "bpftrace"
  | "perf"
  | "sysak-memleak"
  | "kmemleak"
  | "memory-report";
