const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths of a slot that divide a day, or are whole days. From 5 minutes on each holds the slots of the rollups whole. */
const STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 20, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 28].map((count) => count * DAY),
];

/**
 * Width of the slots, in ms, so that a span of `spanMs` has at most `points`, wherever in a slot it begins.
 * It depends on the length of the span alone: a span that moves on keeps its slots.
 */
export function chooseStep(spanMs: number, points: number): number {
  const wanted = Math.max(1, points - 1);
  const step = STEPS.find((width) => Math.ceil(spanMs / width) <= wanted);
  return step ?? Math.ceil(spanMs / wanted / DAY) * DAY;
}

/** The narrowest of these widths that holds slots of `stepMs` whole and is `leastMs` or more; undefined beyond the last. */
export function wholeMultipleOf(stepMs: number, leastMs: number): number | undefined {
  return STEPS.find((width) => width >= leastMs && width % stepMs === 0);
}
