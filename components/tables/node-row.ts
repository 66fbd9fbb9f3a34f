import type { BucketId, Status } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/** A node as the first page lists it: its newest sample, else its newest snapshot, in one row. */
export interface NodeRow {
  readonly node: string;
  readonly hostname?: string | undefined;
  readonly kernel?: string | undefined;
  readonly os?: string | undefined;
  /** Absent for a node that only pushes. */
  readonly snapshotId?: string | undefined;
  /** ISO 8601: when the snapshot was taken, if it says so, and when it came here. */
  readonly takenAt?: string | undefined;
  readonly receivedAt: string;
  /** Its newest sample, where it pushes. */
  readonly lastSampleAt?: string | undefined;
  readonly status: Status;
  readonly headline: string;
  readonly bucket?: BucketId | undefined;
  readonly memTotal?: Bytes | undefined;
  readonly used?: Bytes | undefined;
  readonly unaccounted?: Bytes | undefined;
  readonly snapshots: number;
}
