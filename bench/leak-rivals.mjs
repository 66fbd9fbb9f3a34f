// What others do to see a leak in a series, beside which the detector is measured. All judge the same lines.

/** @typedef {{ id: string, t: number[], v: number[], capacity: number }} Series */
/** @typedef {{ isLeak: boolean, score: number }} Judgement */

const MOST_POINTS = 200;
const DAY_S = 86_400;
/** A growth over the window below this share of the capacity is no rival's leak either. */
const MATERIAL = 0.007;
const SIGNIFICANT_Z = 2.33;
const STRAIGHT_R2 = 0.8;
const AHEAD_S = 4 * DAY_S;
const RECENT_S = DAY_S / 4;

/** @type {Record<string, (series: Series) => Judgement>} */
export const RIVALS = {
  "Mann-Kendall (Hamed-Rao) + Sen": mannKendall,
  "linear regression, R² ≥ 0.8": straightLine,
  "predict_linear [6h], full in 4 d": predictLinear,
};

/**
 * Trend test with the variance corrected for autocorrelation of ranks (Hamed and Rao 1998), 1 % one-sided; the slope is Sen's.
 * @param {Series} series
 */
function mannKendall(series) {
  const { t, v } = means(series);
  const n = v.length;
  let sum = 0;
  const slopes = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      sum += Math.sign(at(v, j) - at(v, i));
      slopes.push((at(v, j) - at(v, i)) / (at(t, j) - at(t, i)));
    }
  }
  const slope = middle(slopes);
  const rest = ranks(v.map((value, i) => value - slope * at(t, i)));
  const z = sum / Math.sqrt(((n * (n - 1) * (2 * n + 5)) / 18) * inflation(rest));
  const growth = slope * (at(t, n - 1) - at(t, 0));
  return { isLeak: z >= SIGNIFICANT_Z && growth >= MATERIAL, score: slope > 0 ? z : 0 };
}

/** @param {number[]} rest */
function inflation(rest) {
  const n = rest.length;
  const mean = rest.reduce((sum, value) => sum + value, 0) / n;
  const centred = rest.map((value) => value - mean);
  const total = centred.reduce((sum, value) => sum + value * value, 0);
  let sum = 0;
  for (let lag = 1; lag < n - 2; lag++) {
    let product = 0;
    for (let i = lag; i < n; i++) product += at(centred, i) * at(centred, i - lag);
    const r = product / total;
    if (Math.abs(r) > 1.96 / Math.sqrt(n)) sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * r;
  }
  return Math.max(1, 1 + (2 / (n * (n - 1) * (n - 2))) * sum);
}

/** @param {Series} series */
function straightLine(series) {
  const { t, v } = means(series);
  const { slope, r2 } = leastSquares(t, v);
  const growth = slope * (at(t, t.length - 1) - at(t, 0));
  return { isLeak: growth >= MATERIAL && r2 >= STRAIGHT_R2, score: slope > 0 ? r2 : 0 };
}

/**
 * The usual alert: the line through the last hours is above the capacity within days.
 * @param {Series} series
 */
function predictLinear({ t, v, capacity }) {
  const end = at(t, t.length - 1);
  const from = t.findIndex((each) => each >= end - RECENT_S);
  const recent = t.slice(from);
  const share = v.slice(from).map((value) => value / capacity);
  const { slope, meanT, meanV } = leastSquares(recent, share);
  const then = meanV + slope * (end + AHEAD_S - meanT);
  return { isLeak: then >= 1, score: then };
}

/** @param {Series} series Means of at most 200 slots, as shares of the capacity. */
function means({ t, v, capacity }) {
  const start = at(t, 0);
  const width = (at(t, t.length - 1) - start + 1) / MOST_POINTS;
  /** @type {Map<number, { count: number, t: number, v: number }>} */
  const slots = new Map();
  t.forEach((time, i) => {
    const slot = Math.floor((time - start) / width);
    const sum = slots.get(slot) ?? { count: 0, t: 0, v: 0 };
    sum.count++;
    sum.t += time - start;
    sum.v += at(v, i) / capacity;
    slots.set(slot, sum);
  });
  const points = [...slots.values()];
  return { t: points.map((p) => p.t / p.count), v: points.map((p) => p.v / p.count) };
}

/**
 * @param {readonly number[]} t
 * @param {readonly number[]} v
 */
function leastSquares(t, v) {
  const meanT = t.reduce((sum, value) => sum + value, 0) / t.length;
  const meanV = v.reduce((sum, value) => sum + value, 0) / v.length;
  let tt = 0;
  let tv = 0;
  let vv = 0;
  t.forEach((time, i) => {
    tt += (time - meanT) ** 2;
    tv += (time - meanT) * (at(v, i) - meanV);
    vv += (at(v, i) - meanV) ** 2;
  });
  const slope = tt > 0 ? tv / tt : 0;
  return { slope, meanT, meanV, r2: tt > 0 && vv > 0 ? (tv * tv) / (tt * vv) : 0 };
}

/** @param {number[]} values */
function middle(values) {
  const sorted = Float64Array.from(values).sort();
  return at(sorted, sorted.length >> 1);
}

/** @param {number[]} values */
function ranks(values) {
  const order = values.map((_, i) => i).sort((a, b) => at(values, a) - at(values, b));
  const result = values.map(() => 0);
  order.forEach((index, rank) => {
    result[index] = rank;
  });
  return result;
}

/**
 * @param {ArrayLike<number>} values
 * @param {number} i
 */
function at(values, i) {
  return values[i] ?? Number.NaN;
}
