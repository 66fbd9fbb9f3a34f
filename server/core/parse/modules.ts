import type { Bytes } from "../units";
import type { Parsed } from "./parsed";
export interface KernelModule {
  readonly line: number;
  readonly name: string;
  readonly size: Bytes;
  /** Taint letters in brackets, "OE": out of tree, unsigned. /proc/modules only. */
  readonly taint?: string;
}
/** /proc/modules or lsmod output. */
export declare function parseModules(text: string): Parsed<readonly KernelModule[]>;
