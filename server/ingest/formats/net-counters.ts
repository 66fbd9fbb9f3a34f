import { type NetCounters, parseNetCounters } from "../../core/parse/net-counters";
import { parseNetstatStatistics } from "../../core/parse/netstat-statistics";
import { parseNstat } from "../../core/parse/nstat";
import type { Parsed } from "../../core/parse/parsed";
import type { Format } from "./format";

function counters(parse: (text: string) => Parsed<NetCounters>): Format["enter"] {
  return (draft, file) => {
    const read = draft.read(file, parse);
    if (read) draft.lists.netCounters.push(read);
    return read !== undefined;
  };
}

/** Counters of the network stack: the kernel's files, and two tools that print them. */
export const NET_COUNTER_FORMATS: readonly Format[] = [
  {
    id: "net-counters",
    names: ["netstat", "snmp", "proc_netstat"],
    where: /(?:^|\/)(?:net|proc-net)\/(?:netstat|snmp)$|(?:^|\/)proc_netstat/,
    looksLike: (head) => /^(TcpExt|Ip): [A-Z]\w+ [^\n]*\n\1: -?\d/m.test(head),
    take: "all",
    enter: counters(parseNetCounters),
  },
  {
    id: "netstat-statistics",
    names: ["netstat_-s", "netstat-s", "netstat_s"],
    looksLike: (head) =>
      /^(?:Ip|Tcp|Udp|TcpExt):[ \t]*\n\s{1,20}(?:\d+ [a-z]|[A-Z]\w+: \d)/m.test(head),
    take: "all",
    enter: counters(parseNetstatStatistics),
  },
  {
    id: "nstat",
    names: ["nstat"],
    starts: ["nstat_-"],
    looksLike: (head) => /^(?:Ip|Tcp|Udp|TcpExt)[A-Z]\w+ +\d+ +\d+\.\d+\s*$/m.test(head),
    take: "all",
    enter: counters(parseNstat),
  },
];
