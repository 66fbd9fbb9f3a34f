import { textLines } from "./text-lines";

export interface KernelLogLine {
  readonly number: number;
  /** The kernel's own words, without stamps, levels, host and tags. */
  readonly text: string;
  /** The whole line. */
  readonly raw: string;
  /** Host in a logger's prefix. */
  readonly host?: string;
  /** Host and printing task as far as the log tells ("db-1 T123"): reports of two sources may interleave. */
  readonly source: string;
}

interface Prefix {
  readonly pattern: RegExp;
  /** What the first group names of the line's source. */
  readonly names?: "host" | "task";
}

// What loggers put before the kernel's words, in any order and number.
const PREFIXES: readonly Prefix[] = [
  { pattern: /^<\d{1,3}>(?:1 (?=\d{4}-))?/ }, // printk level; RFC 5424 adds its version
  { pattern: /^\[ {0,10}\d{1,10}\.\d{1,9}\] ?/ }, // dmesg
  { pattern: /^\[ {0,10}[+-]\d{1,10}\.\d{1,9}\] ?/ }, // dmesg --reltime
  { pattern: /^\[[A-Z][a-z]{2} {0,2}\d{1,2} \d\d:\d\d\] ?/ }, // dmesg --reltime, on the minute
  {
    pattern: /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:[.,]\d{1,9})? \d{4}\] ?/,
  }, // dmesg -T
  { pattern: /^\d{1,3},\d{1,20},\d{1,20},[^;\s]{0,60};/ }, // /dev/kmsg, netconsole extended
  { pattern: /^(?:kern|user|daemon|syslog) {0,4}:[a-z]{3,6} {0,4}: ?/ }, // dmesg -x
  { pattern: /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20} / }, // journald, dmesg --time-format iso
  { pattern: /^[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})? / }, // syslog
  { pattern: /^(?:(\S{1,255}) )?kernel(?:\[\d{1,10}\])?: ?/, names: "host" },
  { pattern: /^(\S{1,255}) kernel - - (?:\[[^\]]{0,200}\]|-) /, names: "host" }, // RFC 5424
  { pattern: /^\[ {0,10}([TC]\d{1,10})\] ?/, names: "task" }, // CONFIG_PRINTK_CALLER
  { pattern: /^\[\d{1,4}: {1,4}[^\]]{1,40}:\d{1,10}\] ?/ }, // vendor's CPU and task: "[3: Binder:9343_3:22875]"
  { pattern: /^\(\d{1,3}\)\[\d{1,10}:[^\]]{1,40}\] ?/ }, // another vendor's: "(2)[1234:Binder]"
];
const MAX_PREFIXES = 8;

/** The lines of dmesg, journal or syslog, as the kernel wrote them. */
export function* kernelLogLines(log: string): Generator<KernelLogLine> {
  for (const { number, text, raw } of textLines(log)) {
    yield { number, raw, ...withoutPrefixes(text) };
  }
}

type Origin = Pick<KernelLogLine, "text" | "source" | "host">;

function withoutPrefixes(line: string): Origin {
  let text = line;
  let host: string | undefined;
  let task: string | undefined;
  for (let removed = 0; removed < MAX_PREFIXES; removed += 1) {
    const found = matchPrefix(text);
    if (!found) break;
    if (found.names === "host") host ??= found.name;
    if (found.names === "task") task ??= found.name;
    text = text.slice(found.length).trimStart();
  }
  const source = `${host ?? ""} ${task ?? ""}`;
  return host === undefined ? { text, source } : { text, source, host };
}

function matchPrefix(text: string) {
  for (const { pattern, names } of PREFIXES) {
    const match = pattern.exec(text);
    if (match) return { length: match[0].length, names, name: match[1] };
  }
  return undefined;
}
