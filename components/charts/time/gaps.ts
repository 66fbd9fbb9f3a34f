import { median } from "@/server/core/median";

/**
 * Where a row of moments is broken. A slot without a sample is a gap; where a node sends less often than there are
 * slots, the usual number of empty slots between two samples is none.
 *
 * @param times ascending, ms
 * @param stepMs width of a slot
 * @returns runs as [first, last] indexes, both included
 */
export function runsOf(
  times: readonly number[],
  stepMs: number,
): readonly (readonly [number, number])[] {
  const steps = times.slice(1).map((at, i) => slot(at, stepMs) - slot(times[i] ?? 0, stepMs));
  const longest = Math.max(1, 1.5 * median(steps));
  const runs: [number, number][] = [];
  times.forEach((_, i) => {
    const run = runs.at(-1);
    if (run && (steps[i - 1] ?? 0) <= longest) run[1] = i;
    else runs.push([i, i]);
  });
  return runs;
}

function slot(atMs: number, stepMs: number): number {
  return Math.floor(atMs / Math.max(1, stepMs));
}
