import type { Parsed } from "./parsed";
import type { ProcessRow } from "./process";
/**
 * Each takes either one process's file (then `pid` is given) or many in one text,
 * as `grep . /proc/[0-9]*​/status` prints them and our collector writes them ("/proc/1163/status:VmRSS:  6124 kB").
 */
export declare function parsePidStatus(text: string, pid?: number): Parsed<readonly ProcessRow[]>;
export declare function parsePidSmapsRollup(
  text: string,
  pid?: number,
): Parsed<readonly ProcessRow[]>;
export declare function parsePidCgroup(text: string, pid?: number): Parsed<readonly ProcessRow[]>;
/** /proc/<pid>/stat lines (one per process; comm may hold spaces and brackets). rss in pages × pageSize. */
export declare function parsePidStat(text: string, pageSize: number): Parsed<readonly ProcessRow[]>;
/** "<pid> <command line>" lines of the collector, or one process's NUL-separated file. */
export declare function parsePidCmdline(text: string, pid?: number): Parsed<readonly ProcessRow[]>;
