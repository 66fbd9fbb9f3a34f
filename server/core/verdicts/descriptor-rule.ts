import { type Holding, totalOf } from "../accounting/holding";
import { viewPipes } from "../accounting/pipes";
import { mergeProcesses } from "../accounting/processes";
import { formatBytes } from "../format-bytes";
import { groupBy } from "../group-by";
import type { BucketId, ByteRange, Evidence, Holder, NextStep } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, MIB } from "../units";
import { confidenceOf, type Factor } from "./confidence";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Excluded, Found, Rule } from "./rule";
import { processName } from "./socket-holder";
import { ownerStatus } from "./thresholds";

const HOLDERS_NAMED = 8;
const LINES_QUOTED = 4;

/** Memory behind descriptors as one rule sees it. */
export interface HeldCase {
  readonly bucket: BucketId;
  /** Largest first. */
  readonly holdings: readonly Holding[];
  /** "rings of packet sockets": the words after the amount. */
  readonly noun: string;
  readonly factors?: readonly Factor[];
  readonly evidence?: readonly Evidence[];
  readonly confirm: readonly NextStep[];
  readonly fix: string;
  readonly fixRisk: string;
}

/**
 * Rings and buffers whose size is known: held when they are large and their process is known. They are no finding when they
 * would take more than the bucket has left: then what was read is not of this moment.
 */
export function judgeHeld(
  diagnosis: Diagnosis,
  rest: Parameters<Rule["judge"]>[1],
  held: HeldCase,
): Found | Excluded | undefined {
  const total = totalOf(held.holdings);
  const room = roomIn(diagnosis, rest, held.bucket);
  if (!isPlausible(diagnosis, total, room)) return undefined;
  const bytes = { lower: Math.min(total.lower, room), upper: Math.min(total.upper, room) };
  const size = ownerStatus(bytes.upper, diagnosis.memTotal);
  if (!size) return excludeHeld(diagnosis, held, total.upper);
  const holders = holdersOf(diagnosis.snapshot, held.holdings);
  const [main] = holders;
  const isKnown = main?.pid !== undefined;
  return {
    status: size === "watch" ? "watch" : isKnown ? "held" : "suspect",
    headline: `${formatBytes(bytes.upper)} are ${held.noun}${isKnown ? ` of ${processName(main)}` : ""}`,
    confirm: held.confirm,
    finding: {
      severity: size === "suspect" ? "critical" : "warning",
      ...confidenceOf([
        {
          factor: total.upper > 0 ? Math.max(0.5, total.lower / total.upper) : 1,
          why: "only a part of the size is certain",
        },
        { factor: isKnown ? 1 : 0.85, why: "the process is not known" },
        ...(held.factors ?? []),
      ]),
      bucket: held.bucket,
      bytes,
      holders,
      evidence: [
        ...(held.evidence ?? []),
        ...held.holdings.slice(0, LINES_QUOTED).map(({ evidence }) => evidence),
      ],
      fix: held.fix,
      fixRisk: held.fixRisk,
    },
  };
}

/** Not more than there is, and no mere bound where others have one as large. */
function isPlausible(diagnosis: Diagnosis, { lower, upper }: ByteRange, room: Bytes): boolean {
  if (lower > room * 1.25 + 64 * MIB) return false;
  return lower >= upper * 0.5 || !couldBeOthers(diagnosis, room);
}

/** Queues or pipes could hold half of it as well: then a bound alone proves nothing. */
export function couldBeOthers({ sockets, snapshot }: Diagnosis, room: Bytes): boolean {
  const queues = sockets?.sockets.reduce((sum, { retained }) => sum + retained.upper, 0) ?? 0;
  return queues > room * 0.5 || (viewPipes(snapshot)?.most ?? 0) > room * 0.5;
}

/** Bytes of the bucket that neither an earlier rule nor sockstat speaks for; any amount without a ledger. */
export function roomIn(
  diagnosis: Diagnosis,
  rest: Parameters<Rule["judge"]>[1],
  bucket: BucketId,
): Bytes {
  if (!diagnosis.composition) return Number.POSITIVE_INFINITY;
  return bucket === "allocpage" ? Math.min(rest(bucket), diagnosis.unexplained) : rest(bucket);
}

/** Where pages are missing, what is too small to hold them is worth saying so. */
export function excludeHeld(
  diagnosis: Diagnosis,
  { holdings, noun, bucket }: Pick<HeldCase, "holdings" | "noun" | "bucket">,
  upper: Bytes,
): Excluded | undefined {
  const missing = bucket === "allocpage" ? diagnosis.unexplained : bytesOf(diagnosis, bucket);
  if (holdings.length === 0 || !ownerStatus(missing, diagnosis.memTotal)) return undefined;
  const why = `${noun}: ${formatBytes(upper)} in all, ${formatBytes(missing)} are looked for`;
  return { excluded: { why, upper } };
}

/** The processes, largest first; what no process is known for stands by its own name. */
export function holdersOf(snapshot: Snapshot, holdings: readonly Holding[]): readonly Holder[] {
  const processes = mergeProcesses(snapshot);
  const owned = holdings.filter(({ pid }) => pid !== undefined);
  const byPid = [...groupBy(owned, ({ pid }) => pid)].map(([pid, own]): Holder => {
    const [largest] = own;
    const comm = largest?.comm ?? processes.get(pid ?? -1)?.comm;
    const { state, cgroup } = processes.get(pid ?? -1) ?? {};
    return {
      kind: "process",
      ...(pid !== undefined && { pid }),
      ...(comm && { comm }),
      ...(state && { state }),
      ...(cgroup && { cgroup }),
      ...(largest?.fd !== undefined && { fd: largest.fd }),
      ...(largest?.inode !== undefined && { inode: largest.inode }),
      count: own.reduce((sum, one) => sum + one.count, 0),
      bytes: totalOf(own),
      evidence: own.slice(0, 2).map(({ evidence }) => evidence),
    };
  });
  const nameless = holdings
    .filter(({ pid }) => pid === undefined)
    .map(
      ({ name, inode, bytes, count, evidence }): Holder => ({
        kind: "process",
        ...(name && { name }),
        ...(inode !== undefined && { inode }),
        count,
        bytes,
        evidence: [evidence],
      }),
    );
  return [...byPid, ...nameless]
    .sort((a, b) => b.bytes.upper - a.bytes.upper)
    .slice(0, HOLDERS_NAMED);
}
