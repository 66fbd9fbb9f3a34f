import type { Measured, Parsed } from "./parsed";
/** /proc/net/sockstat(6). "TCP.mem" is in pages, as printed; "TCP.inuse", "TCP.orphan", "TCP.tw", "TCP.alloc", "sockets.used", "UDP.mem" … */
export type Sockstat = ReadonlyMap<string, Measured>;
export declare function parseSockstat(text: string): Parsed<Sockstat>;
