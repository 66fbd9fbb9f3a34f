import { allocpageParts } from "./accounting/allocpage-parts";
import { reconcile } from "./accounting/reconcile";
import type { Composition, SnapshotReport } from "./report";
import type { Snapshot } from "./snapshot";
import { diagnose } from "./verdicts/diagnosis";
import { judge } from "./verdicts/judge";
import { nextSteps } from "./verdicts/next-steps";

/** Everything that is concluded from one snapshot: the part of the report that is about it. */
export function reportSnapshot(given: Snapshot): SnapshotReport {
  const diagnosis = diagnose(given);
  const { snapshot } = diagnosis;
  const judgement = judge(diagnosis);
  return {
    source: { file: snapshot.inputName, kind: snapshot.kind, sha256: snapshot.sha256 },
    node: snapshot.node,
    ...(diagnosis.composition ? { composition: withParts(diagnosis.composition, snapshot) } : {}),
    ...judgement,
    nextSteps: nextSteps(judgement),
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
function withParts(composition: Composition, snapshot: Snapshot): Composition {
  const parts = allocpageParts(snapshot, composition);
  if (parts.length === 0) return composition;
  const buckets = composition.buckets.map((bucket) =>
    bucket.id === "allocpage" ? { ...bucket, parts } : bucket,
  );
  return { ...composition, buckets };
}
