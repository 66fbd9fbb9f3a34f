import type { Parsed } from "./parsed";
import type { SocketRow } from "./socket";
/** /proc/net/unix: no queue sizes, only inode, type, state, path. */
export declare function parseProcNetUnix(text: string): Parsed<readonly SocketRow[]>;
/** /proc/net/netlink: Rmem, Wmem, drops, inode. */
export declare function parseProcNetNetlink(text: string): Parsed<readonly SocketRow[]>;
/** /proc/net/packet: Rmem, inode. */
export declare function parseProcNetPacket(text: string): Parsed<readonly SocketRow[]>;
