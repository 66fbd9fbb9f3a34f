import { at } from "./order-statistics";

/** Level, then a line that leaves it at `at` (share of the window). */
export interface Hinge {
  readonly at: number;
  /** Index of the first point behind it. */
  readonly from: number;
  readonly slope: number;
  /** Sum of squares it leaves over, by that of the best line; 1 where it is no better. */
  readonly leftOfLine: number;
}

/** Best fit of y = a + b · max(0, x - k), k between a tenth and `latest` of the points. */
export function hingeOf(x: Float64Array, y: Float64Array, latest: number): Hinge | undefined {
  const n = x.length;
  const line = squares(sumsFrom(x, y));
  const tail = { n: 0, x: 0, xx: 0, y: 0, xy: 0 };
  const all = sumsFrom(x, y);
  let best: Hinge | undefined;
  for (let i = n - 1; i >= Math.floor(n / 10); i--) {
    const xi = at(x, i);
    tail.n++;
    tail.x += xi;
    tail.xx += xi * xi;
    tail.y += at(y, i);
    tail.xy += xi * at(y, i);
    if (i > latest * n || tail.n < 3) continue;
    const k = xi;
    const fit = squares({
      n,
      x: tail.x - tail.n * k,
      xx: tail.xx - 2 * k * tail.x + tail.n * k * k,
      y: all.y,
      xy: tail.xy - k * tail.y,
      yy: all.yy,
    });
    const leftOfLine = line.left > 0 ? fit.left / line.left : 1;
    if (!best || leftOfLine < best.leftOfLine)
      best = { at: k, from: i, slope: fit.slope, leftOfLine };
  }
  return best;
}

interface Sums {
  readonly n: number;
  readonly x: number;
  readonly xx: number;
  readonly y: number;
  readonly xy: number;
  readonly yy: number;
}

function sumsFrom(x: Float64Array, y: Float64Array): Sums {
  const sums = { n: x.length, x: 0, xx: 0, y: 0, xy: 0, yy: 0 };
  for (let i = 0; i < x.length; i++) {
    const xi = at(x, i);
    const yi = at(y, i);
    sums.x += xi;
    sums.xx += xi * xi;
    sums.y += yi;
    sums.xy += xi * yi;
    sums.yy += yi * yi;
  }
  return sums;
}

/** Slope of least squares, and the sum of squares that is left. */
function squares({ n, x, xx, y, xy, yy }: Sums): { readonly slope: number; readonly left: number } {
  const sxx = xx - (x * x) / n;
  const sxy = xy - (x * y) / n;
  const syy = yy - (y * y) / n;
  const slope = sxx > 0 ? sxy / sxx : 0;
  return { slope, left: Math.max(0, syy - slope * sxy) };
}
