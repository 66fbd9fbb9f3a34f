import { textLines } from "./text-lines";

export interface KernelLogLine {
  readonly number: number;
  /** The kernel's own words, without stamps, levels, host and tags. */
  readonly text: string;
  /** The whole line. */
  readonly raw: string;
  /** Host and printing task as far as the log tells ("db-1 T123"): reports of two sources may interleave. */
  readonly source: string;
}

interface Prefix {
  readonly pattern: RegExp;
  /** The first group names the source of the line. */
  readonly namesSource?: true;
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
  { pattern: /^(?:(\S{1,255}) )?kernel(?:\[\d{1,10}\])?: ?/, namesSource: true },
  { pattern: /^(\S{1,255}) kernel - - (?:\[[^\]]{0,200}\]|-) /, namesSource: true }, // RFC 5424
  { pattern: /^\[ {0,10}([TC]\d{1,10})\] ?/, namesSource: true }, // CONFIG_PRINTK_CALLER
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

function withoutPrefixes(line: string): { readonly text: string; readonly source: string } {
  let text = line;
  let source = "";
  for (let removed = 0; removed < MAX_PREFIXES; removed += 1) {
    const found = matchPrefix(text);
    if (!found) break;
    if (found.source !== undefined) source = source ? `${source} ${found.source}` : found.source;
    text = text.slice(found.length).trimStart();
  }
  return { text, source };
}

function matchPrefix(text: string): { length: number; source: string | undefined } | undefined {
  for (const { pattern, namesSource } of PREFIXES) {
    const match = pattern.exec(text);
    if (match) return { length: match[0].length, source: namesSource && match[1] };
  }
  return undefined;
}
