import { bucketShare } from "../accounting/buckets";
import type { Evidence } from "../report";
import type { Diagnosis } from "./diagnosis";

/** The lines that allocpage is worked out from, with what is said of it: `text`, its bytes and the formula. */
export function remainderEvidence(
  { composition }: Diagnosis,
  said: Required<Pick<Evidence, "text" | "value" | "formula">>,
): readonly Evidence[] {
  const share = composition && bucketShare(composition, "allocpage");
  return (share?.evidence ?? []).map((line) => ({ ...line, ...said }));
}
