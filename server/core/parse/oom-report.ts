import type { Bytes } from "../units";
import type { Measured, Parsed } from "./parsed";
/** The last complete "Mem-Info" block of a kernel log, in bytes where the kernel prints pages or kB. */
export interface OomReport {
  readonly line: number;
  /** "nginx invoked oom-killer …" or "page allocation failure: order:5". */
  readonly trigger?: string;
  /** Node-wide numbers: active_anon, inactive_anon, slab_reclaimable, slab_unreclaimable, pagetables, free, free_pcp, … in bytes. */
  readonly totals: ReadonlyMap<string, Measured>;
  /** "N pages RAM" − "N pages reserved", or the sum of zones' managed:, in bytes. */
  readonly managed?: Measured;
  readonly tasks: readonly {
    readonly pid: number;
    readonly comm: string;
    readonly rss: Bytes;
    readonly line: number;
  }[];
  readonly slabs: readonly {
    readonly name: string;
    readonly used: Bytes;
    readonly total: Bytes;
    readonly line: number;
  }[];
  readonly killed?: { readonly pid: number; readonly comm: string; readonly line: number };
}
export interface KernelLog {
  readonly oom: readonly OomReport[];
  /** Lines that matter to a verdict: "too many orphaned sockets", "out of memory -- consider tuning tcp_mem", balloon, page_pool stalls, hung tasks. */
  readonly notices: readonly { readonly line: number; readonly text: string }[];
}
/** dmesg, journal, syslog text. pageSize converts page counts. */
export declare function parseKernelLog(text: string, pageSize: Bytes): Parsed<KernelLog>;
