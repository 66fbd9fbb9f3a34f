import type { SlabRow } from "../../accounting/slab";
import { sockstatMemory } from "../../accounting/unexplained";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import { foreignModules } from "../foreign-modules";
import type { Rule } from "../rule";
import { isOfPackets, judgeUnreferenced } from "../slab-sites";
import { sizeStatus } from "../thresholds";

const SKB = /^(?:skbuff_|skb_|tcp_bind_bucket|TCPv?6?$|UDPv?6?$|sock_inode_cache$)/;
/** What sockets own up to may explain the buffers when it is at least this much of them. */
const EXPLAINS = 0.5;
const SHARE_OF_SLAB = 0.25;

/**
 * Packet buffers that no socket holds: the skb caches are large while the sockets and sockstat own up to little. A driver or
 * module that received or copied packets and never freed them.
 */
export const skbLeak: Rule = {
  id: "skb-leak",
  title: "Packet buffers that no socket holds",
  bucket: "slabUnreclaimable",
  judge(diagnosis, rest) {
    const rows = (diagnosis.slab?.rows ?? []).filter(({ name }) => SKB.test(name));
    const bytes = Math.min(sum(rows), rest("slabUnreclaimable") || sum(rows));
    const size = sizeStatus(bytes, diagnosis.memTotal);
    const [largest] = rows;
    if (!size || !largest || isSmallPart(diagnosis, bytes)) {
      return judgeUnreferenced(diagnosis, isOfPackets);
    }
    const owned = ownedBySockets(diagnosis);
    if (owned && owned.value >= bytes * EXPLAINS) {
      const why = `sockets own up to ${formatBytes(owned.value)} of ${formatBytes(bytes)} of packet buffers`;
      return { excluded: { why, upper: bytes } };
    }
    const modules = foreignModules(diagnosis.snapshot, bytes);
    return {
      status: size,
      headline: `${formatBytes(bytes)} of packet buffers (${largest.name}) are held by no socket`,
      confirm: [
        {
          command: "grep -E '^skb|^TCP' /proc/slabinfo; cat /proc/net/sockstat; lsmod | head -40",
          proves: "Run again after ten minutes: buffers that grow while sockets do not are leaked.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: owned ? 1 : 0.7, why: "what the sockets hold is not known" },
          {
            factor: hasUnix(diagnosis) ? 1 : 0.85,
            why: "unix sockets, which sockstat does not count, were not listed",
          },
          { factor: 0.85, why: "size alone, no growth seen" },
          {
            factor: modules.length > 0 ? 1 : 0.9,
            why: "no module from outside the kernel is known",
          },
        ]),
        bytes: { lower: Math.max(0, bytes - (owned?.value ?? 0)), upper: bytes },
        holders: [
          ...rows.slice(0, 3).map((row) => ({
            kind: "slabCache" as const,
            name: row.name,
            count: row.activeObjects,
            bytes: { lower: row.bytes, upper: row.bytes },
            evidence: [row.evidence],
          })),
          ...modules,
        ],
        evidence: [...rows.slice(0, 3).map(({ evidence }) => evidence), ...(owned ? [owned] : [])],
        fix: "Update the network driver or module that handles the packets (kmemleak, or slab_debug=U with alloc_calls, names the function).",
        fixRisk:
          "A new driver needs a reload or a reboot; slab_debug costs CPU on every allocation.",
      },
    };
  },
};

/** Without MemTotal the other caches say what is large on this machine. */
function isSmallPart({ memTotal, slab }: Diagnosis, bytes: Bytes): boolean {
  return memTotal === undefined && bytes < sum(slab?.rows ?? []) * SHARE_OF_SLAB;
}

function sum(rows: readonly SlabRow[]): Bytes {
  return rows.reduce((total, { bytes }) => total + bytes, 0);
}

function hasUnix({ snapshot }: Diagnosis): boolean {
  return snapshot.socketTables.some(({ rows }) => rows.some(({ family }) => family === "unix"));
}

/** The largest that any source says sockets hold: sockstat, or the queues that were listed. */
function ownedBySockets({ snapshot, sockets }: Diagnosis): Evidence | undefined {
  const listed = (sockets?.sockets ?? []).reduce((all, socket) => all + socket.retained.lower, 0);
  const tcp = sockstatMemory(snapshot, "TCP.mem");
  const udp = sockstatMemory(snapshot, "UDP.mem");
  const counted = (tcp?.value ?? 0) + (udp?.value ?? 0);
  const [first] = sockets?.sockets ?? [];
  if (first && listed > Math.max(counted, MIB)) {
    return { ...first.evidence, text: "all socket queues together", value: listed };
  }
  return tcp && { ...tcp, text: "sockstat TCP and UDP mem", value: counted };
}
