import type { Parsed } from "./parsed";
import type { ProcessRow } from "./process";
/** `ps` with any column set that has a header with PID: aux, alx, -elf, axo …; thread rows (PID "-") are left out. */
export declare function parsePs(text: string): Parsed<readonly ProcessRow[]>;
