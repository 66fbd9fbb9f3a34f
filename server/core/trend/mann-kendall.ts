import { at } from "./order-statistics";

/**
 * Mann-Kendall's z of the order of `y`; the variance is widened by the autocorrelation of `residual`, which is `y`
 * without its line (Yue and Wang 2004). On wandering series it still fires far too often: it is one witness of several.
 */
export function mannKendall(y: Float64Array, residual: Float64Array): number {
  const n = y.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const yi = at(y, i);
    for (let j = i + 1; j < n; j++) {
      const yj = at(y, j);
      if (yj > yi) sum++;
      else if (yj < yi) sum--;
    }
  }
  const variance = (n * (n - 1) * (2 * n + 5)) / 18;
  return sum / Math.sqrt(variance * varianceInflation(residual));
}

/** 1 + 2 sum (1 - k/n) r(k) over the first lags whose correlation is significant; at least 1. */
function varianceInflation(residual: Float64Array): number {
  const n = residual.length;
  const total = lagProduct(residual, 0);
  if (!(total > 0)) return 1;
  let inflation = 1;
  for (let lag = 1; lag <= n >> 2; lag++) {
    const correlation = lagProduct(residual, lag) / total;
    if (correlation < 1.96 / Math.sqrt(n)) break;
    inflation += 2 * (1 - lag / n) * correlation;
  }
  return inflation;
}

function lagProduct(values: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < values.length; i++) sum += at(values, i) * at(values, i - lag);
  return sum;
}
