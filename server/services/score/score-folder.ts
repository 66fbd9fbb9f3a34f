import { analyzeFile } from "../analyze-files";
import { COLUMNS, type Column, type Grade, grade } from "./grade";
import { readLabels, type ScoredInput } from "./label";
import { gradeSysak, sysakRule } from "./sysak-rule";

/** One input with what we and the public rule said of it. */
export interface ScoredCase {
  readonly name: string;
  readonly ours: Grade;
  readonly sysak: Grade;
  /** Wall time of reading and judging. */
  readonly milliseconds: number;
}

export interface Tally {
  readonly right: number;
  readonly asked: number;
}

/** Every labelled input of a folder, in the order of their names; `only` keeps the cases whose name holds it. */
export async function scoreFolder(folder: string, only = ""): Promise<readonly ScoredCase[]> {
  const cases: ScoredCase[] = [];
  for (const scored of readLabels(folder)) {
    if (scored.caseName.includes(only)) cases.push(await scoreInput(scored));
  }
  return cases;
}

async function scoreInput({ caseName, input, path, expected }: ScoredInput): Promise<ScoredCase> {
  const started = performance.now();
  const { report, snapshots } = await analyzeFile(path);
  const milliseconds = performance.now() - started;
  return {
    name: input === "." ? caseName : `${caseName}/${input}`,
    ours: grade(report, expected),
    sysak: gradeSysak(sysakRule(snapshots.at(-1)), expected),
    milliseconds,
  };
}

/** Right answers per column, out of those asked. */
export function tally(grades: readonly Grade[]): Readonly<Record<Column, Tally>> {
  const count = (column: Column): Tally => {
    const asked = grades.filter(({ marks }) => marks[column] !== undefined);
    return { asked: asked.length, right: asked.filter(({ marks }) => marks[column]).length };
  };
  const entries = COLUMNS.map((column) => [column, count(column)] as const);
  return Object.fromEntries(entries) as Record<Column, Tally>;
}
