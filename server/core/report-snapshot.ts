import { allocpageParts } from "./accounting/allocpage-parts";
import { reconcile } from "./accounting/reconcile/reconcile";
import type { Composition, SnapshotReport } from "./report";
import type { Snapshot } from "./snapshot";
import { type Diagnosis, diagnose } from "./verdicts/diagnosis";
import { judge } from "./verdicts/judge";
import { nextSteps } from "./verdicts/next-steps";

/** Everything that is concluded from one snapshot: the part of the report that is about it. */
export function reportSnapshot(given: Snapshot): SnapshotReport {
  const diagnosis = diagnose(given);
  const { snapshot } = diagnosis;
  const { verdict, findings, ruledOut, unexplained, confirm } = judge(diagnosis);
  const composition = withParts(diagnosis);
  return {
    source: { file: snapshot.inputName, kind: snapshot.kind, sha256: snapshot.sha256 },
    node: snapshot.node,
    ...(composition ? { composition } : {}),
    verdict,
    findings,
    ruledOut,
    ...(unexplained.length > 0 ? { unexplained } : {}),
    nextSteps: nextSteps(verdict, confirm, snapshot.kubernetesNode !== undefined),
    reconcile: reconcile(snapshot, diagnosis.composition),
    dataQuality: {
      read: snapshot.files,
      skipped: snapshot.skipped,
      missing: snapshot.missing,
      unreadable: snapshot.unreadable,
    },
  };
}

/** allocpage with what is known to sit inside it. */
function withParts({ composition, snapshot, sockets }: Diagnosis): Composition | undefined {
  const parts = composition ? allocpageParts(snapshot, composition, sockets) : [];
  if (!composition || parts.length === 0) return composition;
  const buckets = composition.buckets.map((bucket) =>
    bucket.id === "allocpage" ? { ...bucket, parts } : bucket,
  );
  return { ...composition, buckets };
}
