import { formatBytes } from "../format-bytes";
import type { BucketId, Finding, RuledOut, Status, Verdict } from "../report";
import { type Concern, findConcerns } from "./concerns";
import { confidenceOf } from "./confidence";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Found } from "./rule";
import { RULES } from "./rules";
import { insufficiency } from "./sufficiency";

/** What is concluded from one snapshot. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly ruledOut: readonly RuledOut[];
}

const SEVERITY = { critical: 2, warning: 1, info: 0 } as const;
const PLAIN_NAMES: Partial<Record<BucketId, string>> = {
  anon: "process memory",
  shmem: "shared memory",
  fileCache: "page cache",
  hugetlb: "huge pages",
  slabReclaimable: "reclaimable slab",
  slabUnreclaimable: "unreclaimable slab",
  pageTables: "page tables",
  balloon: "given back to the hypervisor",
};
const ALARM: readonly Status[] = ["suspect", "held"];
/** Below this share of RAM the kernel is about to reclaim, or to kill. */
const SHORT = 0.1;

/** Runs every rule, ranks what was found, and makes one verdict of it. */
export function judge(diagnosis: Diagnosis): Judgement {
  const outcomes = RULES.flatMap((rule) => rule.judge(diagnosis) ?? []);
  const found = outcomes.flatMap((each) => ("finding" in each ? [each] : [])).sort(byWeight);
  const ruledOut = outcomes.flatMap((each) => ("ruledOut" in each ? [each.ruledOut] : []));
  return {
    verdict: conclude(diagnosis, found),
    findings: found.map((each) => each.finding),
    ruledOut,
  };
}

/** Severity first, then explained bytes × confidence: a cache of 14 GiB must not hide a leak of 2. */
function byWeight(a: Found, b: Found): number {
  const weight = ({ finding }: Found): number => finding.bytes.upper * finding.confidence;
  return SEVERITY[b.finding.severity] - SEVERITY[a.finding.severity] || weight(b) - weight(a);
}

function conclude(diagnosis: Diagnosis, found: readonly Found[]): Verdict {
  const concerns = openConcerns(diagnosis, found);
  return (
    inconsistent(diagnosis, found) ??
    leaking(found, concerns) ??
    alarm(found, concerns) ??
    watchWithoutLedger(diagnosis, found) ??
    insufficient(diagnosis) ??
    watch(found, concerns) ??
    ranOut(diagnosis) ??
    healthy(diagnosis, found)
  );
}

/** Buckets over a line that no finding of the same weight speaks for. */
function openConcerns(diagnosis: Diagnosis, found: readonly Found[]): readonly Concern[] {
  const spokenFor = (concern: Concern): boolean =>
    found.some(
      ({ finding, status }) =>
        finding.bucket === concern.bucket &&
        (status === concern.status || ALARM.includes(status)) &&
        finding.bytes.upper >= concern.bytes * 0.5,
    );
  return findConcerns(diagnosis).filter(
    (concern) => concern.status === "leaking" || !spokenFor(concern),
  );
}

function inconsistent(diagnosis: Diagnosis, found: readonly Found[]): Verdict | undefined {
  const [first] = diagnosis.inconsistencies;
  if (!first) return undefined;
  const named = found.find((each) => each.status === "inconsistent");
  const headline = named?.headline ?? `No verdict: ${first.why}`;
  return { status: "inconsistent", headline, confidence: confidenceOf([]).confidence };
}

function alarm(found: readonly Found[], concerns: readonly Concern[]): Verdict | undefined {
  const [finding] = found.filter((each) => ALARM.includes(each.status));
  const [concern] = concerns.filter((each) => each.status === "suspect");
  if (!finding) return concern && fromConcern(concern);
  const isLarger = concern && concern.bytes > finding.finding.bytes.upper;
  return isLarger ? fromConcern(concern) : fromFinding(finding);
}

/** Growth over several moments: the only thing that proves a leak. */
function leaking(found: readonly Found[], concerns: readonly Concern[]): Verdict | undefined {
  const growing = concerns.find((concern) => concern.status === "leaking");
  if (!growing) return undefined;
  const { bucket, status } = growing;
  const cause = found.find((each) => each.finding.bucket === bucket && ALARM.includes(each.status));
  const headline = cause ? `${growing.headline}; ${cause.headline}` : growing.headline;
  return { status, bucket, headline, confidence: confidenceOf([]).confidence };
}

/** Without a ledger there is no bucket to judge, but what a rule found stands by itself. */
function watchWithoutLedger(diagnosis: Diagnosis, found: readonly Found[]): Verdict | undefined {
  return diagnosis.composition ? undefined : watch(found, []);
}

function insufficient(diagnosis: Diagnosis): Verdict | undefined {
  const why = insufficiency(diagnosis);
  return why === undefined ? undefined : { status: "insufficient", headline: why, confidence: 0 };
}

function watch(found: readonly Found[], concerns: readonly Concern[]): Verdict | undefined {
  const finding = found.find((each) => each.status === "watch");
  if (finding) return fromFinding(finding);
  const [concern] = concerns;
  return concern && fromConcern(concern);
}

function fromFinding({ finding, status, headline }: Found): Verdict {
  const { bucket, confidence } = finding;
  return { status, headline, confidence, ...(bucket ? { bucket } : {}) };
}

function fromConcern({ bucket, status, headline, isCertain }: Concern): Verdict {
  const { confidence } = confidenceOf([
    { factor: 0.75, why: "size alone, no cause found" },
    { factor: isCertain ? 1 : 0.6, why: "within the stated uncertainty" },
  ]);
  return { status, bucket, headline, confidence };
}

/** The kernel prints a memory report when an allocation fails: never healthy, even when nothing is hidden. */
function ranOut(diagnosis: Diagnosis): Verdict | undefined {
  const { composition, memTotal, snapshot } = diagnosis;
  if (!composition || !memTotal || snapshot.meminfo?.derived?.via !== "memory-report") return;
  const [largest] = composition.buckets
    .filter((bucket) => bucket.group !== "free" && bucket.id !== "allocpage")
    .sort((a, b) => b.bytes - a.bytes);
  if (!largest) return undefined;
  const headline = `An allocation failed with ${formatBytes(bytesOf(diagnosis, "free"))} of ${formatBytes(memTotal)} free. All memory is accounted for, the largest part, ${formatBytes(largest.bytes)}, is ${PLAIN_NAMES[largest.id] ?? "in the kernel's own counters"}`;
  return { status: "watch", bucket: largest.id, headline, confidence: 0.6 };
}

/** Nothing is out of line. Memory may still be short, by honest use: that is worth watching. */
function healthy(diagnosis: Diagnosis, found: readonly Found[]): Verdict {
  const { memTotal = 0, available } = diagnosis;
  const { confidence } = confidenceOf([
    { factor: diagnosis.snapshot.zoneinfo ? 1 : 0.9, why: "per-CPU free lists unknown" },
    { factor: diagnosis.slab ? 1 : 0.95, why: "slab caches unknown" },
    { factor: diagnosis.sockets?.counts.total ? 1 : 0.95, why: "sockets unknown" },
  ]);
  if (available !== undefined && available < memTotal * SHORT) {
    const headline = `Memory is short: ${formatBytes(available)} of ${formatBytes(memTotal)} are available, all of it accounted for`;
    return { status: "watch", headline, confidence };
  }
  const explained = found.find((each) => each.finding.id === "page-cache");
  const rest = Math.max(0, bytesOf(diagnosis, "allocpage"));
  const headline =
    explained?.headline ??
    `All of ${formatBytes(memTotal)} is accounted for; ${formatBytes(rest)} outside the counters is usual`;
  return { status: "healthy", headline, confidence };
}
