import { readDateText } from "./date-text";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

export interface Uname {
  readonly hostname?: string;
  readonly kernel?: string;
  readonly arch?: string;
}

const PROC_VERSION = /^Linux version (\S{1,200})/;
const UNAME = /^Linux (\S{1,255}) (\d\S{0,199})(?= |$)/;
const RELEASE = /^\d+\.\d+[\w.+~-]{0,200}$/;
const ARCH =
  /^(?:x86_64|i[3-6]86|aarch64(?:_be)?|arm\w*|ppc64(?:le)?|ppc|s390x?|riscv(?:32|64)|loongarch64|mips\w*|sparc64|alpha|ia64)$/;
const MAX_LINE = 1000;

/**
 * `uname -a`, /proc/version (then no hostname) or /proc/sys/kernel/osrelease (kernel alone).
 *
 *     Linux node-a 5.4.0-97-generic #110-Ubuntu SMP Thu Jan 13 … 2022 x86_64 x86_64 x86_64 GNU/Linux
 *
 * The architecture is the machine word of uname; /proc/version has none, but Red Hat's release ends
 * in it ("3.10.0-1160.el7.x86_64"). Throws ParseError if there is no kernel release.
 */
export function parseUname(text: string): Parsed<Uname> {
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const uname = line.text.length > MAX_LINE ? undefined : readUname(line.text);
    if (uname) return { value: uname, skipped };
    noteSkipped(skipped, line);
  }
  throw nothingUsable("uname", text);
}

function readUname(text: string): Uname | undefined {
  const [, hostname, ofUname] = PROC_VERSION.test(text) ? [] : (UNAME.exec(text) ?? []);
  const kernel = ofUname ?? PROC_VERSION.exec(text)?.[1] ?? RELEASE.exec(text)?.[0];
  if (!kernel) return undefined;
  const words = ofUname ? text.split(" ") : [];
  const arch = words.findLast((word) => ARCH.test(word)) ?? archOfRelease(kernel);
  return { ...(hostname && { hostname }), kernel, ...(arch && { arch }) };
}

function archOfRelease(kernel: string): string | undefined {
  const last = kernel.slice(kernel.lastIndexOf(".") + 1);
  return ARCH.test(last) ? last : undefined;
}

const SECONDS: ReadonlyMap<string, number> = new Map([
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
]);
const PROC_UPTIME = /^(\d{1,12}(?:\.\d{1,6})?)(?:\s+\d{1,15}(?:\.\d{1,6})?)?$/;
const UP = /(?:^|\s)up\s+([^\n]{1,120}?)(?:,?\s+\d+ users?|,?\s+load average|$)/;

/**
 * /proc/uptime ("2914.86 5000.1"), in seconds, or `uptime` output ("up 3 days, 2:04").
 * The words of `uptime` are exact to the minute. Throws ParseError if neither is there.
 */
export function parseUptime(text: string): Parsed<number> {
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const short = line.text.slice(0, MAX_LINE);
    const seconds = PROC_UPTIME.exec(short)?.[1];
    const value = seconds === undefined ? readUptimeWords(short) : Number(seconds);
    if (value !== undefined) return { value, skipped };
    noteSkipped(skipped, line);
  }
  throw nothingUsable("uptime", text);
}

function readUptimeWords(text: string): number | undefined {
  const words = UP.exec(text)?.[1];
  if (words === undefined) return undefined;
  const clock = /(?<!\d)(\d{1,2}):(\d\d)(?!\d)/.exec(words);
  const spans = [...words.matchAll(/(\d{1,6})\s*(w|d|h|m|s)[a-z]*/g)];
  if (!clock && spans.length === 0) return undefined;
  const ofClock = clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 : 0;
  return spans.reduce(
    (total, [, count, unit = ""]) => total + Number(count) * (SECONDS.get(unit) ?? 0),
    ofClock,
  );
}

/**
 * os-release: PRETTY_NAME, else NAME VERSION; lsb-release: DISTRIB_DESCRIPTION; a single plain line
 * is taken as it stands (/etc/redhat-release). Throws ParseError if the text names no system.
 */
export function parseOsRelease(text: string): Parsed<string> {
  const fields = new Map<string, string>();
  const plain: string[] = [];
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const [, name, value] = /^([A-Z][A-Z0-9_]{0,63})=(.{0,400})$/.exec(line.text) ?? [];
    if (name) fields.set(name, unquote(value ?? ""));
    else if (/\brelease\b.{0,80}\d/.test(line.text.slice(0, 200)))
      plain.push(line.text.slice(0, 200));
    else if (!line.text.startsWith("#")) noteSkipped(skipped, line);
  }
  const named = [fields.get("NAME"), fields.get("VERSION")].filter(Boolean).join(" ");
  const value = fields.get("PRETTY_NAME") || named || fields.get("DISTRIB_DESCRIPTION") || plain[0];
  if (!value) throw nothingUsable("os-release", text);
  return { value, skipped };
}

function unquote(value: string): string {
  const inner = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
  return inner.replace(/\\(["'$`\\])/g, "$1").trim();
}

/**
 * `date`, `date --utc`, `timedatectl` → ISO 8601 UTC. Absent zone: taken as UTC, and said so by the caller.
 *
 *     Thu Feb 10 16:19:17 UTC 2022
 *     Universal time: Thu 2022-02-10 16:19:17 UTC
 *
 * The first line with a zone that means one offset is taken, else the first date at all. In that
 * case its line is in `skipped` too: this is how the caller knows that UTC was assumed.
 * Throws ParseError if there is no date.
 */
export function parseDate(text: string): Parsed<string> {
  const skipped: SkippedLine[] = [];
  let assumedUtc: string | undefined;

  for (const line of textLines(text)) {
    const date = readDateText(line.text);
    if (date?.isZoneKnown) return { value: date.iso, skipped: [] };
    if (date) assumedUtc ??= date.iso;
    noteSkipped(skipped, line);
  }
  if (assumedUtc === undefined) throw nothingUsable("date", text);
  return { value: assumedUtc, skipped };
}

/**
 * "key value" lines of our collector's `meta` file.
 *
 *     pagesize 4096
 *     time 2026-11-22T21:44:14Z
 *
 * "label role=web" may come several times: each is a key of its own, "label role". Of other keys
 * the first is kept. Throws ParseError if there is no such line.
 */
export function parseSnapshotMeta(text: string): Parsed<ReadonlyMap<string, string>> {
  const value = new Map<string, string>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const [, key, content] = /^([a-z][\w.-]{0,63})\s+(\S.{0,999})$/.exec(line.text) ?? [];
    const [, label, labelValue] = /^label\s+([^=\s]+)=(.*)$/.exec(line.text) ?? [];
    const name = label ? `label ${label}` : key;
    if (name && content && !value.has(name)) value.set(name, labelValue ?? content);
    else noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("meta", text);
  return { value, skipped };
}

/**
 * `sysctl -a`, or the collector's sysctl file: name → value as text with its line.
 *
 *     net.ipv4.tcp_mem = 33558	44744	67116
 *
 * A value may be empty (vm.stat_refresh). A value of several lines repeats its name; the first line
 * is kept. Throws ParseError if there is no "name = value".
 *
 * Source: procps-ng, sysctl.c.
 */
export function parseSysctl(
  text: string,
): Parsed<ReadonlyMap<string, { value: string; line: number }>> {
  const value = new Map<string, { value: string; line: number }>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const [, name, content = ""] = /^([\w./:@-]{1,256})\s*=(.{0,4096})$/.exec(line.text) ?? [];
    if (!name) noteSkipped(skipped, line);
    else if (!value.has(name)) value.set(name, { value: content.trim(), line: line.number });
  }
  if (value.size === 0) throw nothingUsable("sysctl", text);
  return { value, skipped };
}

/**
 * /proc/cpuinfo: number of "processor" entries, that is of CPUs online. The other lines say
 * nothing of memory and are passed over. Throws ParseError if there is no entry.
 *
 *     processor	: 0
 *     processor 0: version = FF,  identification = …          (s390)
 *
 * Source: arch/x86/kernel/cpu/proc.c (show_cpuinfo) and its like.
 */
export function parseCpuinfo(text: string): Parsed<number> {
  let value = 0;
  for (const line of textLines(text)) {
    if (/^processor\s*(?::\s*\d{1,6}$|\d{1,6}:)/.test(line.text)) value += 1;
  }
  if (value === 0) throw nothingUsable("cpuinfo", text);
  return { value, skipped: [] };
}
