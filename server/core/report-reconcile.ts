import type { BucketId } from "./report";
import type { Bytes } from "./units";

export const RECONCILE_TOOLS = [
  "free",
  "top",
  "htop",
  "btop",
  "glances",
  "netdata",
  "grafana-1860",
  "prometheus-mixin",
  "sysak-memgraph",
  "sysak-memleak",
  "kubectl-top",
  "kubelet",
  "coroot",
] as const;
export type ReconcileTool = (typeof RECONCILE_TOOLS)[number];

/** What another tool prints for this snapshot, and the buckets that make the difference to ours. */
export interface ReconcileRow {
  readonly tool: ReconcileTool;
  /** The word the tool prints beside the number. */
  readonly label: string;
  readonly bytes: Bytes;
  readonly formula: string;
  /** Version and source file of the tool that the formula was read in. */
  readonly source?: string;
  /** The tool's number minus ours. */
  readonly differs: Bytes;
  readonly why: string;
  /** The difference bucket by bucket, in drawing order: the bytes add up to `differs` exactly. */
  readonly parts?: readonly ReconcilePart[];
}

export interface ReconcilePart {
  readonly bucket: BucketId;
  /** Positive: the tool counts so much more of the bucket than we do. */
  readonly bytes: Bytes;
  readonly why?: string;
}
