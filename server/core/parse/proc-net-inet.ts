import type { Parsed } from "./parsed";
import type { SocketRow } from "./socket";
/** /proc/net/{tcp,tcp6,udp,udp6,raw,raw6,udplite}. `table` is the file's own name. */
export declare function parseProcNetInet(text: string, table: string): Parsed<readonly SocketRow[]>;
