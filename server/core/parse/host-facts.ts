import type { Parsed } from "./parsed";
export interface Uname {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly arch?: string;
}
/** `uname -a`, or /proc/version (then no hostname). */
export declare function parseUname(text: string): Parsed<Uname>;
/** /proc/uptime ("2914.86 5000.1"), in seconds, or `uptime` output ("up 3 days, 2:04"). */
export declare function parseUptime(text: string): Parsed<number>;
/** os-release: PRETTY_NAME, else NAME VERSION. */
export declare function parseOsRelease(text: string): Parsed<string>;
/** `date`, `date --utc`, `timedatectl` → ISO 8601 UTC. Absent zone: taken as UTC, and said so by the caller. */
export declare function parseDate(text: string): Parsed<string>;
/** "key value" lines of our collector's `meta` file. */
export declare function parseSnapshotMeta(text: string): Parsed<ReadonlyMap<string, string>>;
/** `sysctl -a`, or the collector's sysctl file: name → value as text with its line. */
export declare function parseSysctl(
  text: string,
): Parsed<ReadonlyMap<string, { value: string; line: number }>>;
/** /proc/cpuinfo: number of "processor" entries. */
export declare function parseCpuinfo(text: string): Parsed<number>;
