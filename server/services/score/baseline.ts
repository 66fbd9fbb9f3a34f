import { z } from "zod";
import { COLUMNS, type Grade } from "./grade";
import type { ScoredCase } from "./score-folder";

const baselineSchema = z.record(
  z.string(),
  z.object({
    right: z.array(z.enum(COLUMNS)),
    wrong: z.array(z.enum(COLUMNS)),
    isFalseAlarm: z.boolean().optional(),
  }),
);

/** What a score was once: per input the columns that were right and wrong. */
export type Baseline = z.infer<typeof baselineSchema>;

export function toBaseline(cases: readonly ScoredCase[]): Baseline {
  return Object.fromEntries(cases.map(({ name, ours }) => [name, entryOf(ours)]));
}

function entryOf({ marks, isFalseAlarm }: Grade): Baseline[string] {
  return {
    right: COLUMNS.filter((column) => marks[column] === true),
    wrong: COLUMNS.filter((column) => marks[column] === false),
    ...(isFalseAlarm ? { isFalseAlarm } : {}),
  };
}

/** Throws ZodError when the text is not what `toBaseline` wrote. */
export function readBaseline(text: string): Baseline {
  return baselineSchema.parse(JSON.parse(text));
}

/** What is worse than it was, one sentence each: a column that was right, a case that is gone, a new false alarm. */
export function regressions(before: Baseline, now: readonly ScoredCase[]): readonly string[] {
  const current = toBaseline(now);
  const lost = Object.entries(before).flatMap(([name, { right }]) => {
    const entry = current[name];
    if (!entry) return [`${name}: is not there any more`];
    return right
      .filter((column) => !entry.right.includes(column))
      .map((column) => `${name}: ${column} was right and is not now`);
  });
  const alarms = Object.entries(current)
    .filter(([name, { isFalseAlarm }]) => isFalseAlarm && !before[name]?.isFalseAlarm)
    .map(([name]) => `${name}: a new false alarm`);
  return [...lost, ...alarms];
}
