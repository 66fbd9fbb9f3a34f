import type { Measured, Parsed } from "./parsed";
/** /sys/devices/system/node/nodeN/meminfo; also several nodes concatenated. Node → field → bytes. */
export type NumaMeminfo = ReadonlyMap<number, ReadonlyMap<string, Measured>>;
export declare function parseNumaMeminfo(text: string): Parsed<NumaMeminfo>;
