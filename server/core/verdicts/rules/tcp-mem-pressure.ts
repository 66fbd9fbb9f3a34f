import { sockstatMemory } from "../../accounting/unexplained";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { sysctlNumbers } from "../diagnosis";
import type { Rule } from "../rule";
import { holdersOf } from "../socket-holder";

/** TCP memory at its limits: from tcp_mem[1] on windows shrink, from tcp_mem[2] on packets are dropped. */
export const tcpMemPressure: Rule = {
  id: "tcp-mem-pressure",
  title: "TCP memory limit reached",
  judge(diagnosis) {
    const { snapshot, sockets } = diagnosis;
    const memory = sockstatMemory(snapshot, "TCP.mem");
    const [, pressure, limit] = sysctlNumbers(snapshot, "net.ipv4.tcp_mem");
    if (!memory || !pressure || !limit) return undefined;
    const pages = memory.value / snapshot.node.pageSize;
    if (pages < pressure) return undefined;
    const isOver = pages >= limit;
    return {
      status: isOver ? "suspect" : "watch",
      headline: `TCP uses ${formatBytes(memory.value)}, ${isOver ? "its limit" : "the pressure line"} of net.ipv4.tcp_mem is reached`,
      confirm: [
        {
          command: "cat /proc/net/sockstat /proc/sys/net/ipv4/tcp_mem; ss -tnmp | head -50",
          proves: "Memory and limits in pages, and whose queues they are.",
          risk: "Reads only; walks all sockets once.",
          root: true,
        },
      ],
      finding: {
        severity: isOver ? "critical" : "warning",
        ...confidenceOf([]),
        bytes: { lower: memory.value, upper: memory.value },
        holders: sockets ? holdersOf(sockets.holders, sockets.sockets, memory.value) : [],
        evidence: [
          {
            ...memory,
            formula: `${pages} pages ≥ tcp_mem[${isOver ? 2 : 1}] = ${isOver ? limit : pressure}`,
          },
        ],
        fix: "Find the queues' owners first; raise net.ipv4.tcp_mem only when they are in order.",
        fixRisk: "A higher limit lets the same queues grow further.",
      },
    };
  },
};
