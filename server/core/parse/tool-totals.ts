import type { Bytes } from "../units";
import type { Meminfo } from "./meminfo";

/** What a tool's table says of the whole machine, under the names of /proc/meminfo. */
export interface ToolTotals {
  /** Bytes. */
  readonly fields: Meminfo;
  /** Fields that the tool prints as the sum or difference of others: field → how. */
  readonly formulas: ReadonlyMap<string, string>;
  /** How far the printed numbers may be off together, in bytes. */
  readonly rounding: Bytes;
}
