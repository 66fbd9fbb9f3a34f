import type { Measured, Parsed } from "./parsed";
/** Counter name → value as printed (pages or events, see the kernel). */
export type Vmstat = ReadonlyMap<string, Measured>;
export declare function parseVmstat(text: string): Parsed<Vmstat>;
