/** Room around the plot, px: sizes at the left, times below. The same in every panel, so that times stand in line. */
export const MARGIN = { top: 8, right: 20, bottom: 24, left: 60 } as const;

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export function plotWidth(width: number): number {
  return Math.max(1, width - MARGIN.left - MARGIN.right);
}

/** Moment → px from the left edge of the frame; what lies outside the span stands at its edge. */
export function xOf(ms: number, { fromMs, toMs }: TimeSpan, width: number): number {
  const part = (ms - fromMs) / Math.max(1, toMs - fromMs);
  return MARGIN.left + Math.min(1, Math.max(0, part)) * plotWidth(width);
}

/** The same as a CSS length, right at any width of the frame: also on the server, which does not know it. */
export function leftOf(part: number): string {
  return `calc(${MARGIN.left}px + (100% - ${MARGIN.left + MARGIN.right}px) * ${part.toFixed(5)})`;
}

/** Px from the left edge of the plot → moment, kept inside the span. `width` is that of the plot. */
export function surfaceMoment(x: number, { fromMs, toMs }: TimeSpan, width: number): number {
  const part = Math.min(1, Math.max(0, x / Math.max(1, width)));
  return Math.round(fromMs + part * (toMs - fromMs));
}

/** Which of the ascending times is nearest; -1 where there is none. Of two as near the later one. */
export function nearestIndex(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < ms) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [times[low - 1], times[low]];
  if (before === undefined) return after === undefined ? -1 : low;
  return after === undefined || ms - before < after - ms ? low - 1 : low;
}
