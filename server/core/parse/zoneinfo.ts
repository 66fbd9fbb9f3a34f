import type { Measured, Parsed } from "./parsed";
export interface Zone {
  readonly numaNode: number;
  readonly zone: string;
  /** Line of the "Node 0, zone Normal" header. */
  readonly line: number;
  /** Named page counters of the zone ("nr_free_pages", "managed", "present", "nr_zspages" …), in pages. */
  readonly pages: ReadonlyMap<string, Measured>;
  /** Free pages on the per-CPU lists: one entry per "count:" line, in pages. */
  readonly pcpCounts: readonly Measured[];
  /** Ceiling of the per-CPU lists over all CPUs ("high_max", else "high"), in pages. */
  readonly pcpHighMaxPages?: number;
}
export interface Zoneinfo {
  readonly zones: readonly Zone[];
  /** "per-node stats" block by NUMA node (kernel 4.8+), counter → value. */
  readonly perNode: ReadonlyMap<number, ReadonlyMap<string, Measured>>;
}
export declare function parseZoneinfo(text: string): Parsed<Zoneinfo>;
