import type { Parsed } from "./parsed";
import type { SocketRow } from "./socket";
/** `netstat -neopa`, `-W -neopa`, `-tnp` … : inet and unix sections. */
export declare function parseNetstat(text: string): Parsed<readonly SocketRow[]>;
