import type { ReconcileRow } from "./report-reconcile";
import type { Bytes } from "./units";

/**
 * The report: one JSON document, the same in the CLI, the API, the pages and the tests.
 * `server/services/report-schema.ts` is its zod schema; the compiler holds the two together.
 */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "memledger"; readonly version: string };
  /** Oldest first; the last one of a node carries the verdict over all of its moments. */
  readonly snapshots: readonly SnapshotReport[];
  readonly errors: readonly InputError[];
}

export interface InputError {
  readonly file: string;
  readonly code: string;
  readonly message: string;
}

export interface SnapshotReport {
  readonly source: Source;
  readonly node: NodeFacts;
  /** Absent where nothing gives MemTotal. */
  readonly composition?: Composition;
  readonly verdict: Verdict;
  /** Ranked by explained bytes × confidence. */
  readonly findings: readonly Finding[];
  readonly ruledOut: readonly RuledOut[];
  /** What stays of each bucket that the findings speak of, when no byte counts for two of them. */
  readonly unexplained?: readonly Unexplained[];
  readonly nextSteps: readonly NextStep[];
  readonly reconcile: readonly ReconcileRow[];
  readonly dataQuality: DataQuality;
}

export const SOURCE_KINDS = [
  "memledger",
  "sosreport",
  "supportconfig",
  "proc",
  "must-gather",
  "sysak",
  "node-exporter",
  "crash",
  "text",
] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

interface Source {
  readonly file: string;
  readonly kind: SourceKind;
  readonly sha256: string;
}

/** Facts about the machine; a fact that the input does not give is absent, never invented. */
export interface NodeFacts {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly arch?: string;
  readonly pageSize: Bytes;
  readonly cpus?: number;
  readonly os?: string;
  /** ISO 8601, UTC. */
  readonly takenAt?: string;
  readonly uptimeSeconds?: number;
}

/** Parts of MemTotal, in drawing order. They never overlap and add up to MemTotal. */
export const BUCKETS = [
  "anon",
  "shmem",
  "fileCache",
  "buffers",
  "swapCache",
  "hugetlb",
  "slabReclaimable",
  "slabUnreclaimable",
  "kernelMiscReclaimable",
  "kernelStack",
  "pageTables",
  "secPageTables",
  "percpu",
  "vmalloc",
  "zpool",
  "hardwareCorrupted",
  "bounce",
  "writebackTmp",
  "balloon",
  "gpu",
  "allocpage",
  "pcp",
  "free",
] as const;
export type BucketId = (typeof BUCKETS)[number];
export type BucketGroup = "user" | "kernel" | "free";

export interface Composition {
  readonly memTotal: Bytes;
  /** In drawing order; a bucket that nothing measured is left out. */
  readonly buckets: readonly BucketShare[];
  readonly uncertainty: { readonly plusMinus: Bytes; readonly why: string };
  /** True when the buckets add up to memTotal exactly and no check of `accounting.md` 2.4 failed. */
  readonly closes: boolean;
  /** Buckets this input has no source for: their pages are inside allocpage. */
  readonly notMeasured: readonly BucketId[];
  readonly numa?: readonly NumaComposition[];
  readonly cgroups?: readonly CgroupShare[];
}

export interface BucketShare {
  readonly id: BucketId;
  readonly group: BucketGroup;
  readonly bytes: Bytes;
  /** field: printed by the kernel; derived: computed from fields; remainder: what is left. */
  readonly how: "field" | "derived" | "remainder";
  /** Kernel fields the number is made of, spelled as the kernel spells them. */
  readonly from: readonly string[];
  readonly evidence?: readonly Evidence[];
  readonly parts?: readonly BucketPart[];
}

/** Something known to sit inside a bucket. Never added to the sum. */
export interface BucketPart {
  readonly id: string;
  readonly label: string;
  readonly bytes: ByteRange;
  readonly evidence?: readonly Evidence[];
}

export interface ByteRange {
  readonly lower: Bytes;
  readonly upper: Bytes;
}

export interface NumaComposition {
  readonly numaNode: number;
  readonly memTotal: Bytes;
  readonly buckets: readonly BucketShare[];
}

export interface CgroupShare {
  readonly path: string;
  readonly pod?: string;
  readonly current?: Bytes;
  readonly anon?: Bytes;
  readonly file?: Bytes;
  readonly shmem?: Bytes;
  readonly kernel?: Bytes;
  readonly sock?: Bytes;
  /** Charged kernel memory that is neither slab, stacks, page tables, percpu nor vmalloc. */
  readonly kernelOther?: Bytes;
  readonly evidence?: readonly Evidence[];
}

export const STATUSES = [
  "healthy",
  "watch",
  "suspect",
  "held",
  "leaking",
  "inconsistent",
  "insufficient",
] as const;
export type Status = (typeof STATUSES)[number];

export interface Verdict {
  readonly status: Status;
  readonly bucket?: BucketId;
  readonly headline: string;
  /** 0 to 1. */
  readonly confidence: number;
}

export type Severity = "info" | "warning" | "critical";

export interface Finding {
  /** Id of the rule in `verdicts/rules`. */
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly confidence: number;
  /** How the confidence was computed, in words. */
  readonly confidenceWhy?: string;
  readonly bucket?: BucketId;
  readonly bytes: ByteRange;
  /** The part of `bytes` that no finding ranked above it explains already. */
  readonly explains?: ByteRange;
  readonly holders: readonly Holder[];
  readonly evidence: readonly Evidence[];
  /** What speaks against it. */
  readonly against?: readonly Evidence[];
  readonly fix?: string;
  /** What the fix may break or cost. */
  readonly fixRisk?: string;
  /** Commands that prove or disprove it; they only read. */
  readonly confirm?: readonly NextStep[];
}

/** The rest of a bucket: lower when every finding holds what it can, upper when each holds what it must. */
export interface Unexplained {
  readonly bucket: BucketId;
  readonly bytes: ByteRange;
}

export const HOLDER_KINDS = [
  "process",
  "socket",
  "slabCache",
  "cgroup",
  "module",
  "callSite",
  "mount",
  "ipc",
] as const;
export type HolderKind = (typeof HOLDER_KINDS)[number];

export interface Holder {
  readonly kind: HolderKind;
  readonly pid?: number;
  readonly comm?: string;
  /** Process state letter: T is stopped, D is uninterruptible. */
  readonly state?: string;
  readonly fd?: number;
  readonly inode?: number;
  readonly local?: string;
  readonly peer?: string;
  readonly name?: string;
  readonly pod?: string;
  readonly cgroup?: string;
  /** How many sockets, files or objects this row stands for. */
  readonly count?: number;
  readonly bytes: ByteRange;
  readonly evidence?: readonly Evidence[];
}

/** One number with the line that proves it. */
export interface Evidence {
  readonly text: string;
  readonly value: number;
  readonly unit: "bytes" | "pages" | "count" | "ratio" | "percent" | "seconds";
  readonly formula?: string;
  readonly file: string;
  /** 1-based. */
  readonly line?: number;
  /** The raw line as it stands in the file. */
  readonly raw?: string;
}

export interface RuledOut {
  readonly id: string;
  readonly title?: string;
  readonly why: string;
  readonly bytes: { readonly upper: Bytes };
}

export interface NextStep {
  readonly command: string;
  readonly proves: string;
  readonly risk: string;
  readonly root: boolean;
}

export interface DataQuality {
  readonly read: readonly ReadFile[];
  readonly skipped: readonly {
    readonly file: string;
    readonly line: number;
    readonly text: string;
  }[];
  readonly missing: readonly { readonly file: string; readonly wouldShow: string }[];
  readonly unreadable: readonly { readonly file: string; readonly error: string }[];
}

export interface ReadFile {
  readonly file: string;
  /** Which format it was read as: "meminfo", "ss", … */
  readonly format: string;
  readonly lines: number;
}
