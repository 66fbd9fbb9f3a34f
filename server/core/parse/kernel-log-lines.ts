import { textLines } from "./text-lines";

export interface KernelLogLine {
  readonly number: number;
  /** The kernel's own words, without stamps, levels, host and tags. */
  readonly text: string;
  /** The whole line. */
  readonly raw: string;
}

// What loggers put before the kernel's words, in any order and number.
const PREFIXES: readonly RegExp[] = [
  /^<\d{1,3}>/, // printk level
  /^\[ {0,10}\d{1,10}\.\d{1,9}\] ?/, // dmesg
  /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}\] ?/, // dmesg -T
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S{0,20} /, // journald, dmesg --time-format iso
  /^[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})? /, // syslog
  /^(?:\S{1,255} )?kernel(?:\[\d{1,10}\])?: ?/,
  /^\[ {0,10}[TC]\d{1,10}\] ?/, // CONFIG_PRINTK_CALLER
  /^\[\d{1,4}: {1,4}[^\]]{1,40}:\d{1,10}\] ?/, // vendor's CPU and task: "[3: Binder:9343_3:22875]"
];
const MAX_PREFIXES = 8;

/** The lines of dmesg, journal or syslog, as the kernel wrote them. */
export function* kernelLogLines(log: string): Generator<KernelLogLine> {
  for (const { number, text, raw } of textLines(log)) {
    yield { number, text: withoutPrefixes(text), raw };
  }
}

function withoutPrefixes(line: string): string {
  let text = line;
  for (let removed = 0; removed < MAX_PREFIXES; removed += 1) {
    const prefix = PREFIXES.find((pattern) => pattern.test(text));
    if (!prefix) break;
    text = text.replace(prefix, "").trimStart();
  }
  return text;
}
