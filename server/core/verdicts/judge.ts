import { bucketBytes } from "../accounting/buckets";
import { formatBytes } from "../format-bytes";
import type {
  BucketId,
  Finding,
  NextStep,
  RuledOut,
  Status,
  Unexplained,
  Verdict,
} from "../report";
import type { Bytes } from "../units";
import { apportion } from "./apportion";
import { type Concern, findConcerns } from "./concerns";
import { confidenceOf } from "./confidence";
import { bytesOf, type Diagnosis } from "./diagnosis";
import { isTooLittleToHide, reclaimableAtMost } from "./partial-totals";
import type { Found, Rule } from "./rule";
import { RULES } from "./rules";
import { isLittle, isShort } from "./shortage";
import { insufficiency } from "./sufficiency";

/** What is concluded from one snapshot. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly ruledOut: readonly RuledOut[];
  readonly unexplained: readonly Unexplained[];
  /** Of the findings that are more than a remark, most important first. */
  readonly confirm: readonly NextStep[];
}

/** What a rule found, under the rule's name. */
interface NamedFound extends Omit<Found, "finding"> {
  readonly finding: Finding;
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
/** A harmless finding with this share of RAM is what the page says first. */
const MAIN_USE = 0.25;

/** Runs every rule, ranks what was found, and makes one verdict of it. */
export function judge(diagnosis: Diagnosis): Judgement {
  const found: NamedFound[] = [];
  const ruledOut: RuledOut[] = [];
  for (const rule of RULES) {
    const outcome = rule.judge(diagnosis, (bucket) => restOf(diagnosis, found, bucket));
    if (outcome && "finding" in outcome) found.push(named(rule, outcome));
    if (outcome && "excluded" in outcome) ruledOut.push(ruledOutBy(rule, outcome.excluded));
  }
  found.sort(byWeight);
  return {
    verdict: conclude(diagnosis, found),
    ruledOut,
    confirm: found.flatMap((each) => (each.finding.severity === "info" ? [] : each.confirm)),
    ...explain(diagnosis, found),
  };
}

function restOf(diagnosis: Diagnosis, found: readonly NamedFound[], bucket: BucketId): Bytes {
  return Math.max(0, bytesOf(diagnosis, bucket) - claimed(found, bucket));
}

/** What findings say that they hold of a bucket at most; two may claim the same bytes. */
function claimed(found: readonly NamedFound[], bucket: BucketId): Bytes {
  return found
    .filter(({ finding }) => finding.bucket === bucket)
    .reduce((sum, { finding }) => sum + finding.bytes.upper, 0);
}

function named(rule: Rule, outcome: Found): NamedFound {
  const { id, title, bucket } = rule;
  const { finding, confirm } = outcome;
  const steps = confirm.length > 0 && { confirm };
  return { ...outcome, finding: { id, title, ...(bucket && { bucket }), ...finding, ...steps } };
}

function ruledOutBy({ id, title }: Rule, excluded: { why: string; upper: number }): RuledOut {
  return { id, title, why: excluded.why, bytes: { upper: excluded.upper } };
}

function explain(
  { composition }: Diagnosis,
  found: readonly NamedFound[],
): Pick<Judgement, "findings" | "unexplained"> {
  const findings = found.map((each) => each.finding);
  const { explains, unexplained } = apportion(findings, (bucket) =>
    composition ? bucketBytes(composition, bucket) : undefined,
  );
  return {
    unexplained,
    findings: findings.map((finding, index) => {
      const own = explains[index];
      return own ? { ...finding, explains: own } : finding;
    }),
  };
}

/** Severity first, then explained bytes × confidence: a cache of 14 GiB must not hide a leak of 2. */
function byWeight(a: NamedFound, b: NamedFound): number {
  // A limit or a state that fills no bucket comes behind the cause that does, with the same bytes.
  const weight = ({ finding }: NamedFound): number =>
    finding.bytes.upper * finding.confidence * (finding.bucket ? 1 : 0.5);
  return SEVERITY[b.finding.severity] - SEVERITY[a.finding.severity] || weight(b) - weight(a);
}

function conclude(diagnosis: Diagnosis, found: readonly NamedFound[]): Verdict {
  const concerns = openConcerns(diagnosis, found);
  return (
    inconsistent(diagnosis, found) ??
    leaking(found, concerns) ??
    alarm(found, concerns) ??
    watchWithoutLedger(diagnosis, found) ??
    shortWithoutLedger(diagnosis) ??
    insufficient(diagnosis) ??
    watch(found, concerns) ??
    ranOut(diagnosis) ??
    healthy(diagnosis, found)
  );
}

/** Buckets over a line that no findings of the same weight speak for; two may share one bucket. */
function openConcerns(diagnosis: Diagnosis, found: readonly NamedFound[]): readonly Concern[] {
  const spokenFor = (concern: Concern): boolean => {
    const speaking = found.filter(
      ({ status }) => status === concern.status || ALARM.includes(status),
    );
    return claimed(speaking, concern.bucket) >= concern.bytes * 0.5;
  };
  // What is only a remark explains its bytes as well, though not for certain: they are no alarm.
  const harmless = found.filter(
    ({ status, finding }) => status === "healthy" || finding.severity === "info",
  );
  return findConcerns(diagnosis, (bucket) => claimed(harmless, bucket)).filter(
    (concern) => concern.status === "leaking" || !spokenFor(concern),
  );
}

function inconsistent(diagnosis: Diagnosis, found: readonly NamedFound[]): Verdict | undefined {
  const [first] = diagnosis.inconsistencies;
  if (!first) return undefined;
  const named = found.find((each) => each.status === "inconsistent");
  const headline = named?.headline ?? `No verdict: ${first.why}`;
  return { status: "inconsistent", headline, confidence: confidenceOf([]).confidence };
}

function alarm(found: readonly NamedFound[], concerns: readonly Concern[]): Verdict | undefined {
  const [finding] = found.filter((each) => ALARM.includes(each.status));
  const [concern] = concerns.filter((each) => each.status === "suspect");
  if (!finding) return concern && fromConcern(concern);
  const isLarger = concern && concern.bytes > finding.finding.bytes.upper;
  return isLarger ? fromConcern(concern) : fromFinding(finding);
}

/** Growth over several moments: the only thing that proves a leak. */
function leaking(found: readonly NamedFound[], concerns: readonly Concern[]): Verdict | undefined {
  const growing = concerns.find((concern) => concern.status === "leaking");
  if (!growing) return undefined;
  const { bucket, status } = growing;
  const cause = found.find((each) => each.finding.bucket === bucket && ALARM.includes(each.status));
  const headline = cause ? `${growing.headline}; ${cause.headline}` : growing.headline;
  return { status, bucket, headline, confidence: confidenceOf([]).confidence };
}

/** Without a ledger there is no bucket to judge, but what a rule found stands by itself. */
function watchWithoutLedger(
  diagnosis: Diagnosis,
  found: readonly NamedFound[],
): Verdict | undefined {
  return diagnosis.composition ? undefined : watch(found, []);
}

/** What holds the memory is not told, but that there is none left is. */
function shortWithoutLedger(diagnosis: Diagnosis): Verdict | undefined {
  const { memTotal = 0 } = diagnosis;
  const most = reclaimableAtMost(diagnosis);
  if (most === undefined || !isLittle(diagnosis, most)) return undefined;
  const why = insufficiency(diagnosis)?.replace(/^No verdict: /, "; ") ?? "";
  const headline = `Memory is short: at most ${formatBytes(most)} of ${formatBytes(memTotal)} can be had back${why}`;
  return { status: "watch", headline, confidence: 0.6 };
}

function insufficient(diagnosis: Diagnosis): Verdict | undefined {
  const why = insufficiency(diagnosis);
  return why === undefined ? undefined : { status: "insufficient", headline: why, confidence: 0 };
}

function watch(found: readonly NamedFound[], concerns: readonly Concern[]): Verdict | undefined {
  const finding = found.find((each) => each.status === "watch");
  if (finding) return fromFinding(finding);
  const [concern] = concerns;
  return concern && fromConcern(concern);
}

/** Page cache is what memory is for: a state of it may be worth watching, the bucket is never to blame. */
function fromFinding({ finding, status, headline }: NamedFound): Verdict {
  const { bucket, confidence } = finding;
  const isBlamed = bucket !== undefined && bucket !== "fileCache";
  return { status, headline, confidence, ...(isBlamed ? { bucket } : {}) };
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
  const derived = snapshot.meminfo?.derived;
  if (!composition || !memTotal || derived?.via !== "memory-report") return undefined;
  if (derived.isAsked) return undefined;
  const [largest] = composition.buckets
    .filter((bucket) => bucket.group !== "free" && bucket.id !== "allocpage")
    .sort((a, b) => b.bytes - a.bytes);
  if (!largest) return undefined;
  const headline = `An allocation failed with ${formatBytes(bytesOf(diagnosis, "free"))} of ${formatBytes(memTotal)} free. All memory is accounted for, the largest part, ${formatBytes(largest.bytes)}, is ${PLAIN_NAMES[largest.id] ?? "in the kernel's own counters"}`;
  return { status: "watch", bucket: largest.id, headline, confidence: 0.6 };
}

/** Nothing is out of line. Memory may still be short, by honest use: that is worth watching. */
function healthy(diagnosis: Diagnosis, found: readonly NamedFound[]): Verdict {
  const { memTotal = 0, available } = diagnosis;
  const { confidence } = confidenceOf([
    { factor: diagnosis.snapshot.zoneinfo ? 1 : 0.9, why: "per-CPU free lists unknown" },
    { factor: diagnosis.slab ? 1 : 0.95, why: "slab caches unknown" },
    { factor: diagnosis.sockets?.counts.total ? 1 : 0.95, why: "sockets unknown" },
  ]);
  if (available !== undefined && isShort(diagnosis)) {
    const headline = `Memory is short: ${formatBytes(available)} of ${formatBytes(memTotal)} are available, all of it accounted for`;
    return { status: "watch", headline, confidence };
  }
  if (isTooLittleToHide(diagnosis)) {
    const most = formatBytes(Math.max(0, bytesOf(diagnosis, "allocpage")));
    const headline = `At most ${most} of ${formatBytes(memTotal)} are neither free nor cache: too little to be worth a look`;
    return { status: "healthy", headline, confidence };
  }
  const [explained] = found
    .filter(
      ({ status, finding }) => status === "healthy" && finding.bytes.upper > memTotal * MAIN_USE,
    )
    .sort((a, b) => b.finding.bytes.upper - a.finding.bytes.upper);
  const rest = Math.max(0, bytesOf(diagnosis, "allocpage"));
  const headline =
    explained?.headline ??
    `All of ${formatBytes(memTotal)} is accounted for; ${formatBytes(rest)} outside the counters is usual`;
  return { status: "healthy", headline, confidence };
}
