import { COLUMNS, type Column, type Grade } from "./grade";
import { type ScoredCase, tally } from "./score-folder";

const HEADS: Readonly<Record<Column, string>> = {
  closes: "closes",
  status: "status",
  bucket: "bucket",
  first: "cause 1st",
  firstTwo: "in two",
  holder: "holder",
};
const NAME_WIDTH = 52;

/** The table: a row per input, the totals of ours and of the public rule, and every false alarm by name. */
export function renderScore(cases: readonly ScoredCase[]): string {
  const head = [
    "case".padEnd(NAME_WIDTH),
    ...COLUMNS.map((column) => HEADS[column].padStart(9)),
    "ms".padStart(7),
    "  said (SysAK said)",
  ].join(" ");
  return [head, ...cases.map(row), "", ...totals(cases), ...alarms(cases)].join("\n");
}

function row({ name, ours, sysak, milliseconds }: ScoredCase): string {
  return [
    name.slice(-NAME_WIDTH).padEnd(NAME_WIDTH),
    ...COLUMNS.map((column) => mark(ours.marks[column]).padStart(9)),
    milliseconds.toFixed(0).padStart(7),
    `  ${ours.said} (${sysak.said})`,
  ].join(" ");
}

function mark(value: boolean | undefined): string {
  if (value === undefined) return "·";
  return value ? "ok" : "WRONG";
}

function totals(cases: readonly ScoredCase[]): readonly string[] {
  const time = cases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return [
    total(
      "memledger",
      cases.map(({ ours }) => ours),
    ) + time.toFixed(0).padStart(8),
    total(
      "SysAK memgraph rule",
      cases.map(({ sysak }) => sysak),
    ),
  ];
}

function total(name: string, grades: readonly Grade[]): string {
  const counts = tally(grades);
  const cells = COLUMNS.map((column) => {
    const { right, asked } = counts[column];
    return (asked === 0 ? "·" : `${right}/${asked}`).padStart(9);
  });
  return [name.padEnd(NAME_WIDTH), ...cells].join(" ");
}

function alarms(cases: readonly ScoredCase[]): readonly string[] {
  const ours = cases.filter((each) => each.ours.isFalseAlarm).map(({ name }) => name);
  const theirs = cases.filter((each) => each.sysak.isFalseAlarm).length;
  return [
    "",
    `false alarms: ${ours.length}${ours.length > 0 ? ` (${ours.join(", ")})` : ""}; of the public rule: ${theirs}`,
  ];
}
