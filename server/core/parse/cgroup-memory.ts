import type { Bytes } from "../units";
import type { Measured, Parsed } from "./parsed";
/** Memory files of one cgroup: "memory.stat" fields by name, and single-value files by file name, in bytes. */
export interface CgroupMemory {
  /** Path below the memory controller's root, "/" for the root. */
  readonly path: string;
  readonly stat: ReadonlyMap<string, Measured>;
  /** "memory.current", "memory.usage_in_bytes", "memory.kmem.usage_in_bytes", "memory.max" … → bytes. "max" is absent. */
  readonly values: ReadonlyMap<string, Measured>;
}
/** Lines "/sys/fs/cgroup/…/<file>:<line>", as `grep . FILE…` prints them and our collector writes them. */
export declare function parseCgroupMemory(text: string): Parsed<readonly CgroupMemory[]>;
/** One cgroup's memory.stat. */
export declare function parseMemoryStat(text: string): Parsed<ReadonlyMap<string, Measured>>;
/** /proc/cgroups: controller → number of cgroups, dying ones included. */
export declare function parseProcCgroups(text: string): Parsed<ReadonlyMap<string, Measured>>;
export type CgroupBytes = Bytes;
