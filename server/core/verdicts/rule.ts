import type { CauseId } from "../causes";
import type { Finding, RuledOut, Status } from "../report";
import type { Diagnosis } from "./diagnosis";

/** A cause that was found, and what it makes of the node as a whole. */
export interface Found {
  readonly finding: Finding;
  readonly status: Extract<Status, "healthy" | "watch" | "suspect" | "held" | "inconsistent">;
  /** The sentence that opens the page when this finding decides the verdict. */
  readonly headline: string;
}

/** A cause that could have explained the memory and does not. */
export interface Excluded {
  readonly ruledOut: RuledOut;
}

/** One cause of the playbook: looks at the facts, says what it found, excluded, or nothing. */
export interface Rule {
  readonly id: CauseId;
  readonly judge: (diagnosis: Diagnosis) => Found | Excluded | undefined;
}
