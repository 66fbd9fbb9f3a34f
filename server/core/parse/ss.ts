import type { Parsed } from "./parsed";
import type { SocketRow } from "./socket";
/** `ss` output with any flags: header or not, Netid column or not, skmem on the same or the next line, old `mem:(…)`. */
export declare function parseSs(text: string): Parsed<readonly SocketRow[]>;
