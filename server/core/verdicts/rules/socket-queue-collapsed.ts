import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { confidenceOf } from "../confidence";
import { socketSteps } from "../confirm";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import { processName } from "../socket-holder";
import { collectSockets, queueStatus } from "../socket-rule";
import { NOTABLE_QUEUE, ownerStatus } from "../thresholds";

/** Heads that a collapsed queue is copied into (net/ipv4/tcp_input.c, tcp_collapse). */
const HEADS = /^kmalloc-(cg-)?(2k|4k|2048|4096)$/;

/**
 * The same disease as pinned pages, after the queue hit its limit: the kernel copied the data into
 * linear 4 KiB heads, so slab grows and sockstat tells the truth.
 */
export const socketQueueCollapsed: Rule = {
  id: "socket-queue-collapsed",
  title: "Unread socket queues, collapsed into slab",
  bucket: "slabUnreclaimable",
  judge(diagnosis) {
    const { sockets: view, slab } = diagnosis;
    const collapsed = collapsedCount(diagnosis);
    if (!view || !slab || !collapsed) return undefined;
    const heads = slab.rows.filter((row) => HEADS.test(row.name));
    const bytes = heads.reduce((sum, row) => sum + row.bytes, 0);
    const set = collectSockets(view, (socket) =>
      socket.family === "tcp" ? (socket.rmem ?? 0) : 0,
    );
    if (bytes < NOTABLE_QUEUE || set.bytes < bytes * 0.5) return undefined;
    const size = ownerStatus(bytes, diagnosis.memTotal);
    const explained = Math.min(bytes, set.bytes);
    return {
      status: queueStatus(size, set.main),
      headline: `${formatBytes(explained)} of slab are unread socket queues of ${processName(set.main ?? {})}`,
      confirm: socketSteps(set.main),
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          {
            factor: Math.min(1, set.bytes / bytes),
            why: "the queues cover only this share of the heads",
          },
          { factor: set.main?.pid === undefined ? 0.75 : 1, why: "the process is not known" },
        ]),
        bytes: { lower: explained, upper: bytes },
        holders: set.holders,
        evidence: [...heads.map((row) => row.evidence), ...set.evidence, collapsed],
        fix: "The process must read from these sockets or close them.",
        fixRisk: "Closing drops what was sent and not read: its sender may have to send again.",
      },
    };
  },
};

function collapsedCount({ snapshot }: Diagnosis): Evidence | undefined {
  for (const { file, value } of snapshot.netCounters) {
    const counter = value.get("TcpExt.TCPRcvCollapsed");
    if (counter && counter.value > 0) {
      return quote(
        snapshot,
        { file, line: counter.line },
        { text: "TCPRcvCollapsed since boot", value: counter.value, unit: "count" },
      );
    }
  }
  return undefined;
}
