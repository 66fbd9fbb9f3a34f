import { sockstatMemory } from "../../accounting/unexplained";
import { confidenceOf } from "../confidence";
import { type Diagnosis, sysctlNumbers } from "../diagnosis";
import type { Rule } from "../rule";
import { sockstatCount } from "../sockstat-evidence";

/** Default of net.ipv4.tcp_max_orphans on small machines; larger ones have more. */
const SMALLEST_LIMIT = 4_096;

/** Closed by their process, still sending: over the limit the kernel resets them ("too many orphaned sockets"). */
export const tcpOrphans: Rule = {
  id: "tcp-orphans",
  title: "Orphaned TCP sockets",
  judge(diagnosis) {
    const orphans = sockstatCount(diagnosis.snapshot, "TCP.orphan");
    if (!orphans) return undefined;
    const limit = orphanLimit(diagnosis);
    if (orphans.value <= limit / 4) return undefined;
    const isOver = orphans.value >= limit;
    const memory = sockstatMemory(diagnosis.snapshot, "TCP.mem");
    return {
      status: isOver ? "suspect" : "watch",
      headline: `${orphans.value} orphaned TCP sockets, the limit is ${limit}`,
      confirm: [
        {
          command:
            "grep TCP: /proc/net/sockstat; sysctl net.ipv4.tcp_max_orphans; dmesg | grep -i orphan | tail",
          proves: "Whether the kernel resets connections already.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: isOver ? "critical" : "warning",
        ...confidenceOf([{ factor: isOver ? 1 : 0.8, why: "below the limit" }]),
        bytes: { lower: 0, upper: memory?.value ?? 0 },
        holders: [],
        evidence: [orphans, ...(memory ? [memory] : [])],
        fix: "Close connections in order (shutdown, then read to the end), lower net.ipv4.tcp_fin_timeout; raise tcp_max_orphans only if the memory is there.",
        fixRisk: "A shorter tcp_fin_timeout cuts off clients that are slow to close.",
      },
    };
  },
};

function orphanLimit({ snapshot }: Diagnosis): number {
  return sysctlNumbers(snapshot, "net.ipv4.tcp_max_orphans")[0] ?? SMALLEST_LIMIT;
}
