import type {
  BucketShare,
  CgroupShare,
  Composition,
  DataQuality,
  Evidence,
  Finding,
  Holder,
  HolderKind,
  NextStep,
  NodeFacts,
  SnapshotReport,
} from "../../core/report";
import type { ReconcileRow } from "../../core/report-reconcile";
import type { Snapshot } from "../../core/snapshot";
import { createMask, type Mask } from "./mask";
import { shareRawLine } from "./raw-line";
import type { Reveal } from "./reveal";
import { collectSensitive } from "./sensitive-values";
import { shareFileName } from "./share-file";

/**
 * The report as a stranger may read it. It is built field by field from what is allowed: a field that
 * is added to the report later is not shared until it is added here. Numbers, ids, process names,
 * kernel words and ports stay; everything that names a machine, a person or a service is replaced by a
 * pseudonym that is the same throughout the report.
 */
export function redactReport(
  report: SnapshotReport,
  snapshot: Snapshot,
  reveal: Reveal,
): SnapshotReport {
  const mask = createMask(reveal, collectSensitive(report, snapshot));
  const share: Share = { mask, formatOf: formatsOf(report.dataQuality) };
  const { status, bucket, headline, confidence } = report.verdict;
  return {
    source: {
      file: shareSourceName(report, mask),
      kind: report.source.kind,
      sha256: report.source.sha256,
    },
    node: shareNode(report.node, mask),
    ...(report.composition && { composition: shareComposition(report.composition, share) }),
    verdict: { status, ...present({ bucket }), headline: mask.text(headline), confidence },
    findings: report.findings.map((finding) => shareFinding(finding, share)),
    ruledOut: report.ruledOut.map(({ id, title, why, bytes }) => ({
      id,
      ...(title !== undefined && { title: mask.text(title) }),
      why: mask.text(why),
      bytes: { upper: bytes.upper },
    })),
    ...(report.unexplained && {
      unexplained: report.unexplained.map(({ bucket: id, bytes }) => ({
        bucket: id,
        bytes: { lower: bytes.lower, upper: bytes.upper },
      })),
    }),
    nextSteps: report.nextSteps.map((step) => shareStep(step, mask)),
    reconcile: report.reconcile.map((row) => shareReconcileRow(row, mask)),
    dataQuality: shareDataQuality(report.dataQuality, mask),
  };
}

/** Every text of it is ours, made of kernel words and sizes. */
function shareReconcileRow(row: ReconcileRow, mask: Mask): ReconcileRow {
  const { tool, label, bytes, formula, source, differs, why, parts } = row;
  return {
    tool,
    label,
    bytes,
    formula: mask.word(formula),
    ...(source !== undefined && { source: mask.word(source) }),
    differs,
    why: mask.text(why),
    ...(parts && {
      parts: parts.map((part) => ({
        bucket: part.bucket,
        bytes: part.bytes,
        ...(part.why !== undefined && { why: mask.text(part.why) }),
      })),
    }),
  };
}

interface Share {
  readonly mask: Mask;
  readonly formatOf: ReadonlyMap<string, string>;
}

function formatsOf(quality: DataQuality): ReadonlyMap<string, string> {
  return new Map(quality.read.map(({ file, format }) => [file, format]));
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is undefined: absent fields stay absent. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<T>;
}

/** Archives are named after the host they come from. */
function shareSourceName(report: SnapshotReport, mask: Mask): string {
  return mask.reveal.hostnames ? mask.text(report.source.file) : `${report.source.kind} snapshot`;
}

function shareNode(node: NodeFacts, mask: Mask): NodeFacts {
  const { hostname, kernel, arch, cpus, os, takenAt, uptimeSeconds } = node;
  return {
    pageSize: node.pageSize,
    ...present({ cpus, takenAt, uptimeSeconds }),
    ...(hostname !== undefined && { hostname: mask.host(hostname) }),
    ...(kernel !== undefined && { kernel: mask.word(kernel) }),
    ...(arch !== undefined && { arch: mask.word(arch) }),
    ...(os !== undefined && { os: mask.word(os) }),
  };
}

function shareComposition(composition: Composition, share: Share): Composition {
  const { memTotal, uncertainty, closes, notMeasured, numa, cgroups } = composition;
  const { mask } = share;
  return {
    memTotal,
    buckets: composition.buckets.map((bucket) => shareBucket(bucket, share)),
    uncertainty: { plusMinus: uncertainty.plusMinus, why: mask.text(uncertainty.why) },
    closes,
    notMeasured: [...notMeasured],
    ...(numa && {
      numa: numa.map((part) => ({
        numaNode: part.numaNode,
        memTotal: part.memTotal,
        buckets: part.buckets.map((bucket) => shareBucket(bucket, share)),
      })),
    }),
    ...(cgroups && { cgroups: cgroups.map((cgroup) => shareCgroup(cgroup, share)) }),
  };
}

function shareBucket(bucket: BucketShare, share: Share): BucketShare {
  const { id, group, bytes, how, from, evidence, parts } = bucket;
  return {
    id,
    group,
    bytes,
    how,
    from: from.map(share.mask.word),
    ...present({ evidence: shareAll(evidence, share) }),
    ...(parts && {
      parts: parts.map((part) => ({
        id: part.id,
        label: share.mask.text(part.label),
        bytes: { lower: part.bytes.lower, upper: part.bytes.upper },
        ...present({ evidence: shareAll(part.evidence, share) }),
      })),
    }),
  };
}

function shareCgroup(cgroup: CgroupShare, share: Share): CgroupShare {
  const { path, pod, current, anon, file, shmem, kernel, sock, kernelOther } = cgroup;
  return {
    path: share.mask.cgroup(path),
    ...(pod !== undefined && { pod: share.mask.pod(pod) }),
    ...present({ current, anon, file, shmem, kernel, sock, kernelOther }),
    ...present({ evidence: shareAll(cgroup.evidence, share) }),
  };
}

function shareFinding(finding: Finding, share: Share): Finding {
  const { id, title, severity, confidence, confidenceWhy, bucket, bytes } = finding;
  const { explains, fix, fixRisk } = finding;
  const { text } = share.mask;
  return {
    id,
    title: text(title),
    severity,
    confidence,
    ...(confidenceWhy !== undefined && { confidenceWhy: text(confidenceWhy) }),
    ...present({ bucket }),
    bytes: { lower: bytes.lower, upper: bytes.upper },
    ...(explains && { explains: { lower: explains.lower, upper: explains.upper } }),
    holders: finding.holders.map((holder) => shareHolder(holder, share)),
    evidence: finding.evidence.map((evidence) => shareEvidence(evidence, share)),
    ...present({ against: shareAll(finding.against, share) }),
    ...(fix !== undefined && { fix: text(fix) }),
    ...(fixRisk !== undefined && { fixRisk: text(fixRisk) }),
    ...(finding.confirm && { confirm: finding.confirm.map((step) => shareStep(step, share.mask)) }),
  };
}

function shareStep({ command, proves, risk, root }: NextStep, mask: Mask): NextStep {
  return { command: mask.text(command), proves: mask.text(proves), risk: mask.text(risk), root };
}

function shareHolder(holder: Holder, share: Share): Holder {
  const { kind, pid, state, fd, inode, count, bytes } = holder;
  return {
    kind,
    ...present({ pid, state, fd, inode, count }),
    ...shareNames(holder, share.mask),
    bytes: { lower: bytes.lower, upper: bytes.upper },
    ...present({ evidence: shareAll(holder.evidence, share) }),
  };
}

function shareNames(holder: Holder, mask: Mask) {
  const { comm, local, peer, name, pod, cgroup } = holder;
  return {
    ...(comm !== undefined && { comm: mask.text(comm) }),
    ...(local !== undefined && { local: mask.endpoint(local) }),
    ...(peer !== undefined && { peer: mask.endpoint(peer) }),
    ...(name !== undefined && { name: NAME_OF[holder.kind](name, mask) }),
    ...(pod !== undefined && { pod: mask.pod(pod) }),
    ...(cgroup !== undefined && { cgroup: mask.cgroup(cgroup) }),
  };
}

/** What `name` means depends on the kind of holder. */
const NAME_OF: Record<HolderKind, (name: string, mask: Mask) => string> = {
  // A process is named by pid and comm; its name here is a sentence of ours ("30 sockets on port 80").
  process: (name, mask) => mask.text(name),
  socket: (name, mask) => mask.text(name),
  // Per-cgroup caches of older kernels: "kmalloc-64(1203:web.service)".
  slabCache: (name, mask) => mask.word(name.replace(/\(.*\)$/, "(cgroup)")),
  cgroup: (name, mask) => mask.cgroup(name),
  module: (name, mask) => mask.word(name),
  callSite: (name, mask) => mask.text(name),
  mount: (name, mask) => mask.path(name),
  ipc: (name, mask) => mask.text(name),
};

function shareEvidence(evidence: Evidence, { mask, formatOf }: Share): Evidence {
  const { value, unit, line, formula } = evidence;
  const raw =
    evidence.raw === undefined
      ? undefined
      : shareRawLine(evidence.raw, formatOf.get(evidence.file) ?? "", mask);
  return {
    text: mask.text(evidence.text),
    value,
    unit,
    ...(formula !== undefined && { formula: mask.text(formula) }),
    file: shareFileName(evidence.file, mask),
    ...present({ line, raw }),
  };
}

function shareAll(list: readonly Evidence[] | undefined, share: Share) {
  return list?.map((evidence) => shareEvidence(evidence, share));
}

function shareDataQuality(quality: DataQuality, mask: Mask): DataQuality {
  return {
    read: quality.read.map(({ file, format, lines }) => ({
      file: shareFileName(file, mask),
      // It may name the file that was read in place of this one.
      format: mask.text(format),
      lines,
    })),
    // A line that no parser understood may hold anything: only its place is shared.
    skipped: quality.skipped.map(({ file, line }) => ({
      file: shareFileName(file, mask),
      line,
      text: "",
    })),
    missing: quality.missing.map(({ file, wouldShow }) => ({
      file: mask.text(file),
      wouldShow: mask.text(wouldShow),
    })),
    unreadable: quality.unreadable.map(({ file, error }) => ({
      file: shareFileName(file, mask),
      error: mask.text(error),
    })),
  };
}
