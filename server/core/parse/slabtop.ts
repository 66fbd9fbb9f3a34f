import type { Parsed } from "./parsed";
import type { SlabCache } from "./slabinfo";
export declare function parseSlabtop(text: string): Parsed<readonly SlabCache[]>;
