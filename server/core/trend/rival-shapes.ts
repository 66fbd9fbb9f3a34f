import { hingeOf } from "./hinge";
import { at } from "./order-statistics";

/**
 * How much worse than a straight line other shapes fit: ln(what the shape leaves over / what the line leaves over), as sums
 * of squares. Below 0 the shape fits better.
 */
export interface RivalShapes {
  /** Two levels. */
  readonly step: number;
  /** What fills up or slows down: 1 - exp(-x / tau), a square root. */
  readonly filling: number;
  /** A climb that ends in a level. */
  readonly plateau: number;
  /** A level that ends in a climb. */
  readonly hinge: number;
  /** Share of the spread that the line explains. */
  readonly explained: number;
}

const FILL_TIMES = [0.05, 0.12, 0.25, 0.45];
const MOST_LEFT = 0.004;
const PLAINLY = 0.45;
const LATEST = 0.9;
/** Keeps a fit without any remainder comparable: such a share of the spread is always left. */
const LEAST_LEFT = 1e-4;

export function rivalShapesOf(x: Float64Array, y: Float64Array): RivalShapes {
  const spread = leftOfMean(y);
  const least = LEAST_LEFT * spread + Number.MIN_VALUE;
  const line = leftOf(x, y) + least;
  const worse = (left: number) => Math.log((left + least) / line);
  const ends = at(x, 0) + at(x, x.length - 1);
  const reversed = hingeOf(x.map((each) => ends - each).reverse(), y.slice().reverse(), LATEST);
  const hinge = hingeOf(x, y, LATEST);
  return {
    step: worse(leftOfStep(y)),
    filling: worse(leftOfFilling(x, y)),
    plateau: worse((reversed?.leftOfLine ?? 1) * (line - least)),
    hinge: worse((hinge?.leftOfLine ?? 1) * (line - least)),
    explained: spread > 0 ? 1 - line / spread : 0,
  };
}

/** Whether what fills up explains the curve far better than a line does, and all but wholly. */
export function isPlainlyFilling(x: Float64Array, y: Float64Array): boolean {
  const left = leftOfFilling(x, y);
  return left < MOST_LEFT * leftOfMean(y) && left < PLAINLY * leftOf(x, y);
}

function leftOfFilling(x: Float64Array, y: Float64Array): number {
  let least = Math.min(leftOf(x.map(Math.sqrt), y), leftOf(x.map(Math.cbrt), y));
  for (const time of FILL_TIMES) {
    const basis = x.map((each) => -Math.exp(-each / time));
    least = Math.min(least, leftOf(basis, y));
  }
  return least;
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += at(values, i);
  return sum / values.length;
}

function leftOfMean(y: Float64Array): number {
  const mean = meanOf(y);
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (at(y, i) - mean) ** 2;
  return sum;
}

/** What y = a + b · basis leaves over; of the mean where it would have to fall. */
function leftOf(basis: Float64Array, y: Float64Array): number {
  const meanBasis = meanOf(basis);
  const meanY = meanOf(y);
  let bb = 0;
  let by = 0;
  let yy = 0;
  for (let i = 0; i < y.length; i++) {
    const b = at(basis, i) - meanBasis;
    const d = at(y, i) - meanY;
    bb += b * b;
    by += b * d;
    yy += d * d;
  }
  return by > 0 && bb > 0 ? Math.max(0, yy - (by * by) / bb) : yy;
}

function leftOfStep(y: Float64Array): number {
  const mean = meanOf(y);
  const all = leftOfMean(y);
  let before = 0;
  let most = 0;
  for (let i = 1; i < y.length; i++) {
    before += at(y, i - 1) - mean;
    most = Math.max(most, (before * before * y.length) / (i * (y.length - i)));
  }
  return Math.max(0, all - most);
}
