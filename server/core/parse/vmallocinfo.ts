import type { Bytes } from "../units";
import type { Parsed } from "./parsed";
export interface VmallocArea {
  readonly line: number;
  /** Size of the address range, in bytes (guard page included). */
  readonly size: Bytes;
  /** Caller without offset: "alloc_thread_stack_node". */
  readonly caller: string;
  readonly module?: string;
  /** Pages behind the area; absent for ioremap, vmap and unpurged areas. */
  readonly pages?: number;
  /** Flag words of the line: vmalloc, vmap, ioremap, user, vpages … */
  readonly flags: readonly string[];
  /** Pages by NUMA node ("N0=4"). */
  readonly numaPages: ReadonlyMap<number, number>;
}
export declare function parseVmallocinfo(text: string): Parsed<readonly VmallocArea[]>;
