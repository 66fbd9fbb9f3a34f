import type { Measured, Parsed } from "./parsed";
/** /proc/net/netstat and /proc/net/snmp: "TcpExt.TCPRcvCollapsed" → count (events since boot). */
export type NetCounters = ReadonlyMap<string, Measured>;
export declare function parseNetCounters(text: string): Parsed<NetCounters>;
