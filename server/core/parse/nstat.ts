import type { NetCounters } from "./net-counters";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

const ROW =
  /^(IcmpMsg|Icmp6|Icmp|IpExt|Ip6|Ip|TcpExt|MPTcpExt|Tcp|UdpLite6|UdpLite|Udp6|Udp)([A-Z]\w{1,60})\s{1,60}(-?\d{1,20})(?:\s{1,60}-?\d{1,20}\.\d{1,6})?$/;
const HEADING = /^#(?:kernel|\d{1,12}\.\d|[a-z].{0,80} sampling_interval)/;
const MAX_LINE = 300;

/**
 * `nstat`, best with -az: the counters of /proc/net/snmp, snmp6 and netstat under the kernel's names
 * ("TcpExt.TCPRcvCollapsed"): events since boot with -a, without it since nstat was last called, so never
 * too many. The last column is a rate. Throws ParseError without a counter.
 *
 *     TcpExtTCPRcvCollapsed           771167             0.0
 *
 * Source: iproute2, misc/nstat.c.
 */
export function parseNstat(text: string): Parsed<NetCounters> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const [, group, name, digits] = (line.text.length < MAX_LINE && ROW.exec(line.text)) || [];
    const key = `${group}.${name}`;
    if (group === undefined) {
      if (!HEADING.test(line.text)) noteSkipped(skipped, line);
    } else if (!value.has(key)) value.set(key, { value: Number(digits), line: line.number });
  }
  if (value.size === 0) throw nothingUsable("nstat", text);
  return { value, skipped };
}
