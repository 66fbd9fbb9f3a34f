import type { Bytes } from "../units";
/** `skmem:(r…,rb…,…)` of ss, in bytes. `f` is decoded as a signed 32-bit number (iproute2 prints it unsigned). */
export interface Skmem {
  readonly r: Bytes;
  readonly rb?: Bytes;
  readonly t: Bytes;
  readonly tb?: Bytes;
  readonly f: Bytes;
  readonly w: Bytes;
  readonly o?: Bytes;
  readonly bl?: Bytes;
  readonly d?: number;
}
export interface SocketUser {
  readonly comm: string;
  readonly pid: number;
  /** netstat does not print it. */
  readonly fd?: number;
}

export type SocketFamily =
  | "tcp"
  | "udp"
  | "unix"
  | "raw"
  | "packet"
  | "netlink"
  | "sctp"
  | "vsock"
  | "other";

/** One row of a socket table, whichever tool printed it. What the tool does not print is absent. */
export interface SocketRow {
  readonly family: SocketFamily;
  /** "u_dgr", "u_str", "u_seq" for unix, "tcp6", "udp6", …: the tool's own word. */
  readonly type: string;
  /** ss spelling: ESTAB, LISTEN, CLOSE-WAIT, FIN-WAIT-2, TIME-WAIT, UNCONN … */
  readonly state?: string;
  /** "127.0.0.1:18080", "[::1]:80", a unix path, "*". IPv4-mapped IPv6 is shown as IPv4. */
  readonly local?: string;
  readonly peer?: string;
  /** As printed. TCP payload bytes; for LISTEN the number of connections waiting; UDP truesize. */
  readonly recvQ?: number;
  /** As printed. For LISTEN the backlog limit (ss). */
  readonly sendQ?: number;
  /** 0 for a connection nobody has accepted yet. */
  readonly inode?: number;
  /** unix: inode of the other end. */
  readonly peerInode?: number;
  readonly skmem?: Skmem;
  /** Numbers of `ss -i` by name: bytes_received, segs_in, data_segs_in, lastrcv (ms), rcvmss, rcv_ssthresh, notsent, retrans … */
  readonly info: ReadonlyMap<string, number>;
  readonly users: readonly SocketUser[];
  readonly uid?: number;
  readonly cgroup?: string;
  /** packet: memory of its mapped rings, which is charged to nothing (`ss -i`). */
  readonly ring?: Bytes;
  readonly drops?: number;
  /** First line of the row, 1-based. */
  readonly line: number;
}
