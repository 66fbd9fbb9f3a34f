import { groupByHolder } from "../../accounting/socket-holders";
import type { RetainedSocket, SocketHolder, SocketView } from "../../accounting/socket-view";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, MIB } from "../../units";
import { judgeChargedQueues } from "../charged-queues";
import { confidenceOf, type Factor } from "../confidence";
import { socketSteps } from "../confirm";
import { bytesOf, type Diagnosis } from "../diagnosis";
import { remainderEvidence } from "../remainder-evidence";
import type { Excluded, Found, FoundFinding, Rule } from "../rule";
import { holdersOf, processName } from "../socket-holder";
import { judgeSocketSites, socketSiteFactor, socketSites } from "../socket-sites";
import { ownerStatus } from "../thresholds";
import { unlistedQueues } from "../unlisted-queues";

/** The queues explain the missing pages when they can keep at least half of them … */
const EXPLAINS = 0.5;
/** … and do not when they can keep less than a tenth. */
const CANNOT = 0.1;
/** Below this nothing is missing that a queue would have to explain. */
const SMALLEST_EXCESS = 128 * MIB;

interface Case {
  readonly diagnosis: Diagnosis;
  readonly view: SocketView;
  readonly pinning: readonly RetainedSocket[];
  readonly groups: readonly SocketHolder[];
  /** What the queues can keep at most: slices × block, never more than skbs × 18 × block. */
  readonly bound: Bytes;
  readonly excess: Bytes;
  readonly main?: SocketHolder;
}

/**
 * Unread TCP data pins whole page fragments (32 KiB) although only a slice of each is charged: sockstat
 * and slab look healthy while gigabytes are in no counter.
 */
export const socketQueuePinsPages: Rule = {
  id: "socket-queue-pins-pages",
  title: "Unread socket queues pin pages",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const { sockets: view, composition } = diagnosis;
    const excess = Math.min(diagnosis.unexplained, rest("allocpage"));
    if (diagnosis.inconsistencies.length > 0) return undefined;
    if (!composition) return judgeSocketSites(diagnosis, Number.POSITIVE_INFINITY);
    if (!view) return judgeSocketSites(diagnosis, excess);
    if (excess < SMALLEST_EXCESS || !ownerStatus(excess, diagnosis.memTotal))
      return judgeChargedQueues(diagnosis);
    if (diagnosis.snapshot.socketTables.length === 0) {
      return unlistedQueues(diagnosis, view, excess);
    }
    const pinning = view.sockets.filter((socket) => socket.slices);
    const bound = boundOf(pinning, view);
    const listening = view.sockets.filter((socket) => socket.state === "LISTEN");
    const groups = groupByHolder([...pinning, ...listening], excess);
    const main = groups.find((holder) => holder.shareOfUnexplained);
    const found: Case = {
      diagnosis,
      view,
      pinning,
      groups,
      bound,
      excess,
      ...(main ? { main } : {}),
    };
    if (bound >= excess * CANNOT) return explained(found);
    return judgeSocketSites(diagnosis, excess) ?? excluded(found);
  },
};

function boundOf(pinning: readonly RetainedSocket[], view: SocketView): Bytes {
  const upper = pinning.reduce((sum, socket) => sum + socket.retained.upper, 0);
  // Received packets are counted by skbuff_head_cache alone, sent ones may hide under another name.
  const isCounted = view.skbBound?.isComplete || pinning.every((socket) => !socket.isPeerLocal);
  return view.skbBound && isCounted ? Math.min(upper, view.skbBound.bytes) : upper;
}

function excluded({ bound, excess }: Case): Excluded {
  const why = `unread TCP queues can keep at most ${formatBytes(bound)} of ${formatBytes(excess)}`;
  return { excluded: { why, upper: bound } };
}

function explained(found: Case): Found {
  const { diagnosis, excess, bound } = found;
  const allocpage = bytesOf(diagnosis, "allocpage");
  const size = bound >= excess * EXPLAINS ? ownerStatus(excess, diagnosis.memTotal) : undefined;
  const holders = [
    ...holdersOf(found.groups, found.pinning, allocpage),
    ...socketSites(diagnosis, allocpage).holders,
  ];
  const finding: FoundFinding = {
    severity: size === "suspect" ? "critical" : "warning",
    ...confidenceOf(factors(found)),
    bytes: { lower: chargedTo(found), upper: Math.min(allocpage, bound) },
    holders,
    evidence: evidence(found),
    against: against(found),
    fix: "The process must read from these sockets or close them; the pages come back at once when it does. To bound the next time: a read timeout, smaller receive buffers (net.ipv4.tcp_rmem), net.core.high_order_alloc_disable=1 (5.14+).",
    fixRisk:
      "Closing drops what was sent and not read. Smaller receive buffers cost throughput on long lines; without high-order fragments sending costs a little more CPU.",
  };
  const status = size === "suspect" && isHeld(found) ? "held" : (size ?? "watch");
  const confirm = socketSteps(holders.find((each) => each.pid !== undefined));
  return { finding, status, headline: headline(found), confirm };
}

function chargedTo({ pinning }: Case): Bytes {
  return pinning.reduce((sum, socket) => sum + socket.retained.lower, 0);
}

/** Held: a known process, and it demonstrably does not read (stopped, or nothing read between looks). */
function isHeld({ main, pinning }: Case): boolean {
  if (main?.pid === undefined) return false;
  const own = pinning.filter((socket) => socket.pid === main.pid);
  const unread = own.filter((socket) => socket.isUnreadSincePreviousLook);
  return "TtD".includes(main.state ?? "-") || unread.length * 2 >= own.length;
}

function headline({ excess, bound, main }: Case): string {
  const amount = formatBytes(excess);
  if (main?.pid === undefined) {
    return `${amount} are in pages that no counter shows; unread sockets, whose process is not known, can hold ${formatBytes(Math.min(bound, excess))} of it`;
  }
  return `${amount} are held outside every counter by unread sockets of ${processName(main)}`;
}

function factors({ bound, excess, pinning, main, diagnosis }: Case): readonly Factor[] {
  const hasSkmem = pinning.some((socket) => socket.rmem !== undefined);
  const unread = pinning.some((socket) => socket.isUnreadSincePreviousLook);
  return [
    { factor: Math.min(1, bound / excess), why: "the bound covers only this share" },
    { factor: hasSkmem ? 1 : 0.85, why: "no skmem: slices counted by payload alone" },
    { factor: main?.pid === undefined ? 0.75 : 1, why: "the process is not known" },
    { factor: unread ? 1 : 0.9, why: "no second look that shows that nothing was read" },
    { factor: ownShare(main, excess), why: "several processes share the queues" },
    // Call sites say more than the census: the same blocks, and who took them.
    socketSiteFactor(diagnosis, excess) ?? censusFactor(diagnosis, excess),
  ];
}

function ownShare(main: SocketHolder | undefined, excess: Bytes): number {
  return (main?.shareOfUnexplained ?? 0) >= excess * 0.5 ? 1 : 0.85;
}

/** Blocks of order 3 that nobody owns are the fragments themselves, seen without tracing. */
function censusFactor(diagnosis: Diagnosis, excess: Bytes): Factor {
  const order3 = diagnosis.snapshot.kpageflags?.value.nobodyByOrder.get(3)?.bytes;
  if (order3 === undefined) return { factor: 0.95, why: "no census of 32 KiB blocks" };
  return {
    factor: order3 >= excess * EXPLAINS ? 1 : 0.5,
    why: "the census shows few 32 KiB blocks",
  };
}

function evidence(found: Case): readonly Evidence[] {
  const { diagnosis, view, pinning, bound, excess } = found;
  const [largest] = pinning;
  return [
    ...unexplainedEvidence(diagnosis, excess),
    ...(view.sockstatTcp ? [view.sockstatTcp] : []),
    ...(largest ? [slicesEvidence(largest)] : []),
    ...(largest
      ? [
          {
            ...largest.evidence,
            text: "all unread queues together can keep",
            value: bound,
            formula: "Σ slices × block, at most skbs × 18 × block",
          },
        ]
      : []),
    ...(view.skbBound ? [skbEvidence(view.skbBound)] : []),
    ...censusEvidence(diagnosis),
    ...socketSites(diagnosis, excess).evidence,
  ];
}

function unexplainedEvidence(diagnosis: Diagnosis, excess: Bytes): readonly Evidence[] {
  return remainderEvidence(diagnosis, {
    text: "pages in no counter, beyond what sockstat owns up to",
    value: excess,
    formula: "MemTotal − all other buckets − sockstat TCP mem",
  });
}

function slicesEvidence(socket: RetainedSocket): Evidence {
  return {
    ...socket.evidence,
    text: `${socket.local ?? "socket"}: ${socket.recvQ ?? 0} bytes unread can keep`,
    value: socket.retained.upper,
    ...(socket.formula ? { formula: socket.formula } : {}),
  };
}

function skbEvidence(bound: NonNullable<SocketView["skbBound"]>): Evidence {
  const line = bound.evidence[0];
  return {
    text: `${bound.skbs} packet descriptors, with a head and 17 fragments each, can keep`,
    value: bound.bytes,
    unit: "bytes",
    formula: bound.formula,
    file: line?.file ?? "",
    ...(line?.line === undefined ? {} : { line: line.line }),
    ...(line?.raw === undefined ? {} : { raw: line.raw }),
  };
}

function censusEvidence({ snapshot }: Diagnosis): readonly Evidence[] {
  const order3 = snapshot.kpageflags?.value.nobodyByOrder.get(3);
  if (!order3 || !snapshot.kpageflags) return [];
  const { file } = snapshot.kpageflags;
  return [
    {
      text: "compound pages of order 3 (32 KiB) that nobody owns",
      value: order3.bytes,
      unit: "bytes",
      file,
      line: order3.line,
    },
  ];
}

function against({ groups, main }: Case): readonly Evidence[] {
  const others = groups.filter(
    (holder) => holder.pid !== main?.pid && (holder.shareOfUnexplained ?? 0) > 0,
  );
  return others.slice(0, 2).flatMap((holder) =>
    holder.evidence.slice(0, 1).map((line) => ({
      ...line,
      text: `${processName(holder)} has unread data too: its share by charged bytes`,
      value: holder.shareOfUnexplained ?? 0,
    })),
  );
}
