import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/**
 * `/proc/net/netstat` and `/proc/net/snmp`: "TcpExt.TCPRcvCollapsed" to a count of events since boot
 * (a few, such as Tcp.CurrEstab, are states; Tcp.MaxConn may be -1). A counter this kernel does not have is absent.
 *
 *     TcpExt: SyncookiesSent … TCPRcvCollapsed …
 *     TcpExt: 0 … 12 …
 *
 * Source: net/ipv4/proc.c; include/uapi/linux/snmp.h; Documentation/networking/snmp_counter.rst.
 */
export type NetCounters = ReadonlyMap<string, Measured>;

const GROUP = /^([A-Za-z0-9]{1,16}): (.{1,65536})$/;
const NUMBER = /^-?\d{1,20}$/;
const NAME = /^[A-Za-z]\w{0,63}$/;

interface Half {
  readonly group: string;
  readonly words: readonly string[];
  readonly line: TextLine;
}

/**
 * Pairs each line of names with the line of numbers below it. When a paste cut one of the two, the
 * common part is read. Throws ParseError when no pair is there.
 */
export function parseNetCounters(text: string): Parsed<NetCounters> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  const namesOf = new Map<string, Half>();

  for (const line of textLines(text)) {
    const half = readHalf(line);
    const names = half && namesOf.get(half.group);
    if (half?.words.every((word) => NAME.test(word))) {
      namesOf.set(half.group, half);
    } else if (half && names && half.words.every((word) => NUMBER.test(word))) {
      addCounters(value, names.words, half);
    } else {
      noteSkipped(skipped, line);
    }
  }
  if (value.size === 0) throw nothingUsable("net counters", text);
  return { value, skipped };
}

function readHalf(line: TextLine): Half | undefined {
  const [, group, rest] = GROUP.exec(line.text) ?? [];
  return group && rest ? { group, words: rest.trim().split(/\s+/), line } : undefined;
}

function addCounters(
  value: Map<string, Measured>,
  names: readonly string[],
  { group, words, line }: Half,
): void {
  for (const [index, name] of names.entries()) {
    const word = words[index];
    if (word) value.set(`${group}.${name}`, { value: Number(word), line: line.number });
  }
}
