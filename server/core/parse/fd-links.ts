import type { Parsed } from "./parsed";
export interface FdLink {
  readonly line: number;
  readonly pid: number;
  readonly fd: number;
  /** "socket:[318477]", "pipe:[313206]", "/memfd:x (deleted)", "anon_inode:[io_uring]". */
  readonly target: string;
  /** Inode of socket:[…] and pipe:[…]. */
  readonly inode?: number;
}
/** Lines "/proc/1117/fd/3 socket:[318477]" (collector), or `ls -l /proc/<pid>/fd` output. */
export declare function parseFdLinks(text: string): Parsed<readonly FdLink[]>;
