import type { Bytes } from "../units";
import type { Parsed } from "./parsed";
export interface TmpfsMount {
  readonly line: number;
  readonly mountPoint: string;
  /** tmpfs, devtmpfs, ramfs, hugetlbfs. */
  readonly fsType: string;
  readonly size?: Bytes;
  /** Only df knows it. */
  readonly used?: Bytes;
}
/** `df` output (any of -k, -a, -T, POSIX): the tmpfs-like rows, sizes in bytes. */
export declare function parseDf(text: string): Parsed<readonly TmpfsMount[]>;
/** /proc/mounts: the tmpfs-like rows, size= option in bytes. */
export declare function parseMounts(text: string): Parsed<readonly TmpfsMount[]>;
