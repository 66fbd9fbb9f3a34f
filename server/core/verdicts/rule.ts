import type { BucketId, Finding, NextStep, Status } from "../report";
import type { Bytes } from "../units";
import type { Diagnosis } from "./diagnosis";

/** One cause of the playbook: looks at the facts, says what it found, what it excluded, or nothing. */
export interface Rule {
  /** Stable id, as it stands in reports and links. */
  readonly id: string;
  readonly title: string;
  /** The bucket it fills; a cause that fills none (a state, a limit, a false alarm) has none. */
  readonly bucket?: BucketId;
  readonly judge: (diagnosis: Diagnosis, rest: Rest) => Found | Excluded | undefined;
}

/** Bytes of a bucket that the rules listed before this one cannot explain, each taken at its upper bound. */
type Rest = (bucket: BucketId) => Bytes;

/** A cause that was found, and what it makes of the node as a whole. */
export interface Found {
  readonly finding: FoundFinding;
  /**
   * healthy: the memory has a name and nothing is wrong, however much it is; such bytes are taken off
   * what is unexplained. watch: worth a look. suspect: big, nobody known holds it. held: big, the holder is known.
   */
  readonly status: Extract<Status, "healthy" | "watch" | "suspect" | "held" | "inconsistent">;
  /** The sentence that opens the page when this finding decides the verdict. */
  readonly headline: string;
  /** Commands that prove or disprove it; never one that changes the machine. */
  readonly confirm: readonly NextStep[];
}

/** What a rule says of a finding; id, title and (unless it says so itself) bucket are the rule's own. */
export interface FoundFinding extends Omit<Finding, "id" | "title" | "explains" | "confirm"> {
  readonly fix: string;
  /** What the fix may break or cost. */
  readonly fixRisk: string;
}

/** A cause that could have explained the memory and does not. */
export interface Excluded {
  readonly excluded: { readonly why: string; readonly upper: Bytes };
}
