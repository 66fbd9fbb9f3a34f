import type { Finding, Report, SnapshotReport, Status } from "../../core/report";
import { finalSnapshots } from "../analyze-files";
import type { Expectation } from "./label";

/** What is looked at, in the order of the table. */
export const COLUMNS = ["closes", "status", "bucket", "first", "firstTwo", "holder"] as const;
export type Column = (typeof COLUMNS)[number];

/** Right or wrong per column; a column that the label does not ask for is absent. */
export interface Grade {
  readonly marks: Readonly<Partial<Record<Column, boolean>>>;
  /** A healthy node was called suspect, held or leaking: the worst error. */
  readonly isFalseAlarm: boolean;
  /** What was said, for a reader of the table. */
  readonly said: string;
}

const ALARM: readonly Status[] = ["suspect", "held", "leaking"];

export function isAlarm(status: Status): boolean {
  return ALARM.includes(status);
}

/** Holds the report on one input against what is expected of it: its last snapshot carries the verdict. */
export function grade(report: Report, expected: Expectation): Grade {
  const last = finalSnapshots(report).at(-1);
  if (!last) return unread(report, expected);
  const { status, bucket } = last.verdict;
  const causes = last.findings.map(({ id }) => id);
  return {
    marks: {
      ...closesMark(last, expected),
      status: expected.status.includes(status),
      ...(expected.bucket.length > 0 ? { bucket: expected.bucket.includes(bucket ?? null) } : {}),
      ...causeMarks(causes, expected),
      ...holderMark(last.findings[0], expected),
    },
    isFalseAlarm: expected.healthy && isAlarm(status),
    said: [status, bucket ?? "-", causes.slice(0, 3).join(" ") || "-"].join(" "),
  };
}

/** Nothing was read: everything that is asked for is wrong. */
function unread(report: Report, expected: Expectation): Grade {
  return {
    marks: {
      ...(expected.closes === null ? {} : { closes: false }),
      status: false,
      ...(expected.bucket.length > 0 ? { bucket: false } : {}),
      ...causeMarks([], expected),
      ...(expected.holder ? { holder: false } : {}),
    },
    isFalseAlarm: false,
    said: report.errors[0]?.message ?? "nothing was read",
  };
}

function closesMark({ composition }: SnapshotReport, { closes }: Expectation) {
  if (closes === null) return {};
  const sum = composition?.buckets.reduce((total, { bytes }) => total + bytes, 0);
  const isSum = composition !== undefined && sum === composition.memTotal;
  return { closes: isSum && composition.closes === closes };
}

function causeMarks(causes: readonly string[], expected: Expectation) {
  if (expected.hard || expected.causes.length === 0) return {};
  const isAmong = (count: number) =>
    causes.slice(0, count).some((id) => expected.causes.includes(id));
  return { first: isAmong(1), firstTwo: isAmong(2) };
}

function holderMark(finding: Finding | undefined, { holder }: Expectation) {
  if (!holder) return {};
  const [top] = finding?.holders ?? [];
  const said: Readonly<Record<string, unknown>> = { ...top };
  return { holder: Object.entries(holder).every(([field, value]) => said[field] === value) };
}
