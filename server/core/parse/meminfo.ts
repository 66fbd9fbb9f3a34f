import type { Measured, Parsed } from "./parsed";
/** Field as the kernel spells it → bytes (fields without a unit stay counts). Absent is absent, never zero. */
export type Meminfo = ReadonlyMap<string, Measured>;
export declare function parseMeminfo(text: string): Parsed<Meminfo>;
