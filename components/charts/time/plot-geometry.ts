/** Room around the plot, px: sizes at the left, times below. The same in every panel, so that times stand in line. */
export const MARGIN = { top: 8, right: 20, bottom: 24, left: 60 } as const;

export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export function plotWidth(width: number): number {
  return Math.max(1, width - MARGIN.left - MARGIN.right);
}

/** Moment → px from the left edge of the frame. */
export function xOf(ms: number, { fromMs, toMs }: TimeSpan, width: number): number {
  return MARGIN.left + ((ms - fromMs) / Math.max(1, toMs - fromMs)) * plotWidth(width);
}

/** Px from the left edge of the frame → moment, kept inside the span. */
export function momentAt(x: number, { fromMs, toMs }: TimeSpan, width: number): number {
  const part = Math.min(1, Math.max(0, (x - MARGIN.left) / plotWidth(width)));
  return Math.round(fromMs + part * (toMs - fromMs));
}

/** Which of the ascending times is nearest; -1 where there is none. */
export function nearestIndex(times: readonly number[], ms: number): number {
  let best = -1;
  times.forEach((at, i) => {
    if (best < 0 || Math.abs(at - ms) < Math.abs((times[best] ?? 0) - ms)) best = i;
  });
  return best;
}
