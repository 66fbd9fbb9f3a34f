import type { BucketId } from "../report";
import type { Bytes } from "../units";

/** One node over a span of time, in at most as many points as were asked for. Times are ms since 1970, UTC. */
export interface NodeHistory {
  readonly node: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Width of a slot. A slot without a sample has no point: a gap. */
  readonly stepMs: number;
  /** Which table answered. */
  readonly level: "raw" | "5m" | "1h";
  readonly points: readonly HistoryPoint[];
}

/** A slot, drawn by its last sample, so that the buckets are measured together and add up to memTotal. */
export interface HistoryPoint {
  /** Time of that sample. */
  readonly atMs: number;
  readonly samples: number;
  readonly memTotal: Bytes;
  readonly buckets: Readonly<Partial<Record<BucketId, Bytes>>>;
  readonly available?: Bytes;
  readonly sockets?: Bytes;
  readonly unexplained?: Bytes;
  /** Largest unexplained part in the slot: a peak that the last sample may miss. */
  readonly unexplainedMax?: Bytes;
}

/** One line of a panel: a slab cache, a holder or a cgroup over the same span. */
export interface PanelSeries {
  /** Cache name, "nginx (1163)", cgroup path. */
  readonly name: string;
  readonly points: readonly { readonly atMs: number; readonly bytes: Bytes }[];
}

export interface NodePanels {
  /** Largest by bytes and largest by growth, both ways named. */
  readonly slabCaches: readonly PanelSeries[];
  readonly holders: readonly PanelSeries[];
  readonly cgroups: readonly PanelSeries[];
}

/** What is kept of a node on its time axis. */
export interface NodeEvent {
  readonly id: string;
  readonly node: string;
  readonly atMs: number;
  readonly kind: "verdict" | "boot" | "restart" | "snapshot" | "note" | "clock";
  /** One plain sentence. */
  readonly text: string;
  /** For a change of verdict: before, after, and the numbers it rests on. */
  readonly detail?: Readonly<Record<string, unknown>>;
}
