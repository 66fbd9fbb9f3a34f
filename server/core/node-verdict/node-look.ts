import {
  BUCKETS,
  type BucketId,
  type Evidence,
  type Finding,
  type Holder,
  type NextStep,
  type SnapshotReport,
  type Status,
} from "../report";
import type { Bytes } from "../units";
import { sizeStatus, slabStatus } from "../verdicts/thresholds";
import type { NodeEvidence, NodeHolder } from "./node-verdict";

/** What is kept of a full look at a node until the next: a heavy push or a stored snapshot. */
export interface NodeLook {
  readonly atMs: number;
  readonly snapshotId?: string;
  readonly status: Status;
  readonly headline: string;
  readonly bucket?: BucketId;
  /** What the finding behind the verdict holds of the bucket, at most. */
  readonly held?: Bytes;
  /** A process, socket or cache is known to hold it, so that less of it is worth a word. */
  readonly isOwned: boolean;
  readonly buckets: Readonly<Partial<Record<BucketId, Bytes>>>;
  /** Bytes of a bucket that the rules saw and had no objection to. */
  readonly excused: Readonly<Partial<Record<BucketId, Bytes>>>;
  /** Who holds a bucket, largest first. */
  readonly holders: Readonly<Partial<Record<BucketId, readonly NodeHolder[]>>>;
  readonly evidence: readonly NodeEvidence[];
  readonly against: readonly string[];
  readonly nextSteps: readonly NextStep[];
}

/** A verdict is read, not scrolled. */
const MOST_EVIDENCE = 8;
const MOST_AGAINST = 4;
const MOST_HOLDERS = 5;
const LONGEST_RAW = 400;
const LONGEST_NAME = 200;

/** The rules' report of one moment, cut down to what the time until the next look needs. */
export function lookOf(
  report: SnapshotReport,
  from: { readonly atMs: number; readonly snapshotId?: string },
): NodeLook {
  const { verdict, findings, composition } = report;
  const buckets = Object.fromEntries(
    (composition?.buckets ?? []).map(({ id, bytes }) => [id, bytes]),
  );
  const deciding = findings.find(
    ({ bucket, severity }) =>
      verdict.bucket !== undefined && bucket === verdict.bucket && severity !== "info",
  );
  return {
    ...from,
    status: verdict.status,
    headline: verdict.headline,
    ...(verdict.bucket !== undefined && { bucket: verdict.bucket }),
    ...(deciding && { held: deciding.bytes.upper }),
    isOwned: (deciding?.holders.length ?? 0) > 0,
    buckets,
    excused: excusedBy(report, buckets),
    holders: holdersByBucket(findings),
    evidence: (deciding?.evidence ?? []).slice(0, MOST_EVIDENCE).map(toNodeEvidence),
    against: (deciding?.against ?? []).slice(0, MOST_AGAINST).map(({ text }) => text),
    nextSteps: report.nextSteps,
  };
}

/** A bucket over a line that the rules say nothing against has a name; so have bytes of a mere remark. */
function excusedBy(
  { verdict, findings, composition }: SnapshotReport,
  buckets: NodeLook["buckets"],
): NodeLook["excused"] {
  const excused: Partial<Record<BucketId, Bytes>> = {};
  for (const bucket of JUDGED_BY_SIZE) {
    const bytes = buckets[bucket] ?? 0;
    const remarks = findings
      .filter((finding) => finding.bucket === bucket && finding.severity === "info")
      .reduce((sum, finding) => sum + finding.bytes.lower, 0);
    const isBlamed =
      verdict.bucket === bucket ||
      findings.some((finding) => finding.bucket === bucket && finding.severity !== "info");
    const line = bucket === "slabUnreclaimable" ? slabStatus : sizeStatus;
    const isExcused =
      !isBlamed && line(bytes, composition?.memTotal) !== undefined && TRUSTED.has(verdict.status);
    excused[bucket] = isExcused ? bytes : Math.min(bytes, remarks);
  }
  return excused;
}

/** Kernel memory that nothing gives back and that is worrying by its size alone. */
export const JUDGED_BY_SIZE = ["allocpage", "slabUnreclaimable", "vmalloc"] as const;
const TRUSTED: ReadonlySet<Status> = new Set(["healthy", "watch", "suspect", "held", "leaking"]);

function holdersByBucket(findings: readonly Finding[]): NodeLook["holders"] {
  const holders: Partial<Record<BucketId, readonly NodeHolder[]>> = {};
  for (const bucket of BUCKETS) {
    const own = findings
      .filter((finding) => finding.bucket === bucket && finding.severity !== "info")
      .flatMap(namedHolders);
    if (own.length > 0) holders[bucket] = own.slice(0, MOST_HOLDERS);
  }
  return holders;
}

function namedHolders(finding: Finding): readonly NodeHolder[] {
  const hasSockets = finding.holders.some(({ kind }) => kind === "socket");
  const ceiling = finding.explains ?? finding.bytes;
  return finding.holders.flatMap((holder) => {
    const name = nameOf(holder, hasSockets);
    if (name === undefined) return [];
    const explains = {
      lower: Math.min(holder.bytes.lower, ceiling.lower),
      upper: Math.min(holder.bytes.upper, ceiling.upper),
    };
    const { pid } = holder;
    return [{ name: name.slice(0, LONGEST_NAME), ...(pid !== undefined && { pid }), explains }];
  });
}

const KIND_WORDS: Partial<Record<Holder["kind"], string>> = {
  slabCache: "the slab cache",
  cgroup: "the cgroup",
  module: "the module",
  callSite: "the call site",
  mount: "the mount",
};

function nameOf(holder: Holder, hasSockets: boolean): string | undefined {
  const { kind, comm, pid, name, pod } = holder;
  if (kind === "process") {
    if (comm === undefined && pid === undefined) return undefined;
    const process = `${comm ?? "a process"}${pid === undefined ? "" : ` (pid ${pid})`}`;
    return hasSockets ? `the sockets of ${process}` : process;
  }
  const word = KIND_WORDS[kind];
  const own = name ?? holder.cgroup ?? pod;
  return word === undefined || own === undefined ? undefined : `${word} ${own}`;
}

function toNodeEvidence({ raw, ...fact }: Evidence): NodeEvidence {
  return { ...fact, ...(raw !== undefined && { raw: raw.slice(0, LONGEST_RAW) }) };
}
