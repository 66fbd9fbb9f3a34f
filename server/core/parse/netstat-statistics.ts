import type { NetCounters } from "./net-counters";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

const HEADING = /^([A-Z][A-Za-z0-9]{1,15}):$/;
const NAMED = /^([A-Z]\w{1,63}): (\d{1,20})$/;
/** One number among words; net-tools before 2.0 ended some of them with a dot. */
const WORDED = /^([A-Za-z -]{0,120}?)(\d{1,20}) ([A-Za-z][A-Za-z ,_-]{1,120})\.?$/;
const HISTOGRAM = /^(?:ICMP (?:in|out)put histogram:|[A-Za-z][A-Za-z0-9 ]{1,60}: \d{1,20})$/;
const MAX_LINE = 300;

/** The words of counters that speak of memory and queues, as they stand after the number. */
const IN_WORDS: ReadonlyMap<string, string> = new Map([
  ["Tcp|connections established", "CurrEstab"],
  ["Tcp|segments received", "InSegs"],
  ["Tcp|segments sent out", "OutSegs"],
  ["Tcp|segments send out", "OutSegs"],
  ["Tcp|segments retransmitted", "RetransSegs"],
  ["Tcp|segments retransmited", "RetransSegs"],
  ["Udp|packets received", "InDatagrams"],
  ["Udp|packet receive errors", "InErrors"],
  ["Udp|packets to unknown port received", "NoPorts"],
  ["Udp|packets sent", "OutDatagrams"],
  ["Udp|receive buffer errors", "RcvbufErrors"],
  ["Udp|send buffer errors", "SndbufErrors"],
  ["TcpExt|packets pruned from receive queue because of socket buffer overrun", "PruneCalled"],
  ["TcpExt|packets pruned from receive queue", "RcvPruned"],
  ["TcpExt|packets dropped from out-of-order queue because of socket buffer overrun", "OfoPruned"],
  ["TcpExt|packets collapsed in receive queue due to low socket buffer", "TCPRcvCollapsed"],
  ["TcpExt|connections aborted due to memory pressure", "TCPAbortOnMemory"],
  ["TcpExt|times the listen queue of a socket overflowed", "ListenOverflows"],
  ["TcpExt|SYNs to LISTEN sockets dropped", "ListenDrops"],
  ["TcpExt|SYNs to LISTEN sockets ignored", "ListenDrops"],
  // Here the words go on behind the number.
  ["TcpExt|TCP ran low on memory times", "TCPMemoryPressures"],
  ["TcpExt|Ran times out of system memory during packet sending", "SockMallocOOM"],
]);

/**
 * `netstat -s`: the counters of /proc/net/snmp and /proc/net/netstat, some of them in words, under the
 * kernel's names ("TcpExt.TCPRcvCollapsed"): events since boot. Of those in words only the ones about memory,
 * queues and totals are taken; netstat leaves out what is 0, so an absent one may be 0. English only.
 * Throws ParseError when no counter is there.
 *
 *     TcpExt:
 *         771167 packets collapsed in receive queue due to low socket buffer
 *         TCPBacklogCoalesce: 6291
 *
 * Source: net-tools, statistics.c.
 */
export function parseNetstatStatistics(text: string): Parsed<NetCounters> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  let group: string | undefined;
  for (const line of textLines(text)) {
    const heading = HEADING.exec(line.text)?.[1];
    if (heading !== undefined) group = heading;
    else if (group === undefined || !readCounter(value, group, line)) noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("netstat -s", text);
  return { value, skipped };
}

function readCounter(value: Map<string, Measured>, group: string, line: TextLine): boolean {
  if (line.text.length > MAX_LINE) return false;
  const [, named, count] = NAMED.exec(line.text) ?? [];
  if (named !== undefined) return keep(value, `${group}.${named}`, count, line);
  const [, before = "", digits, after = ""] = WORDED.exec(line.text) ?? [];
  if (digits === undefined)
    return HISTOGRAM.test(line.text) || /^[A-Z].{3,80}\d+ times$/.test(line.text);
  const name = IN_WORDS.get(`${group}|${before}${after}`);
  return name === undefined || keep(value, `${group}.${name}`, digits, line);
}

/** The first of two counters of one name stands: a paste may hold the command twice. */
function keep(
  value: Map<string, Measured>,
  name: string,
  digits: string | undefined,
  { number: line }: TextLine,
): boolean {
  if (!value.has(name)) value.set(name, { value: Number(digits), line });
  return true;
}
