import type { Bytes } from "../units";
/** What one source knows of one process. Sizes in bytes. What it does not print is absent. */
export interface ProcessRow {
  readonly pid: number;
  /** File line the row starts at. */
  readonly line: number;
  readonly comm?: string;
  readonly cmdline?: string;
  /** One letter: R S D T Z I t X. */
  readonly state?: string;
  readonly ppid?: number;
  readonly uid?: number;
  readonly user?: string;
  readonly threads?: number;
  /** Slots of the descriptor table, a power of two: at most twice the highest number ever open at once. */
  readonly fdSize?: number;
  readonly rss?: Bytes;
  readonly rssAnon?: Bytes;
  readonly rssFile?: Bytes;
  readonly rssShmem?: Bytes;
  readonly pss?: Bytes;
  readonly swap?: Bytes;
  readonly vmPte?: Bytes;
  readonly vmLck?: Bytes;
  readonly vmPin?: Bytes;
  readonly hugetlb?: Bytes;
  /** Path in the memory controller (v1) or the unified hierarchy (v2). */
  readonly cgroup?: string;
  /** Kernel thread (no user memory). */
  readonly isKernelThread?: boolean;
}
