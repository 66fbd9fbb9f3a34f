/** Element `i`; NaN outside, so that a wrong index can never look like a measurement. */
export function at(values: ArrayLike<number>, i: number): number {
  return values[i] ?? Number.NaN;
}

const SHORT = 32;

/** Sorts in place. Short runs by insertion: the built-in sort costs more to call than they to sort. */
export function sortShort(values: Float64Array): Float64Array {
  if (values.length > SHORT) return values.sort();
  for (let i = 1; i < values.length; i++) {
    const value = at(values, i);
    let k = i - 1;
    while (k >= 0 && at(values, k) > value) {
      values[k + 1] = at(values, k);
      k--;
    }
    values[k + 1] = value;
  }
  return values;
}

/** Quantile `p` of sorted values, interpolated; NaN of none. */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const place = p * (sorted.length - 1);
  const below = Math.floor(place);
  const low = at(sorted, below);
  return below + 1 < sorted.length ? low + (place - below) * (at(sorted, below + 1) - low) : low;
}

/** Quantile `p` of values in any order, in linear time on average. Reorders them. */
export function quantile(values: Float64Array, p: number): number {
  if (values.length <= SHORT) return quantileOfSorted(sortShort(values), p);
  const place = p * (values.length - 1);
  const below = Math.floor(place);
  const low = select(values, below);
  if (place === below) return low;
  let next = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < values.length; i++) next = Math.min(next, at(values, i));
  return low + (place - below) * (next - low);
}

export function median(values: Float64Array): number {
  return quantile(values, 0.5);
}

/** Median distance from the median, of a copy. */
export function medianDeviation(values: Float64Array): number {
  const copy = values.slice();
  const middle = median(copy);
  return median(copy.map((value) => Math.abs(value - middle)));
}

/** The value of rank `k`; all before it end up no greater, all behind it no less (Hoare's selection). */
function select(values: Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const [low, high] = partition(values, left, right);
    if (k <= high) right = high;
    else if (k >= low) left = low;
    else break;
  }
  return at(values, k);
}

/** Parts a range by its middle value: from the first number on it is no less, up to the second no greater. */
function partition(values: Float64Array, left: number, right: number): readonly [number, number] {
  const pivot = at(values, (left + right) >> 1);
  let i = left;
  let j = right;
  while (i <= j) {
    while (at(values, i) < pivot) i++;
    while (at(values, j) > pivot) j--;
    if (i > j) break;
    const swapped = at(values, i);
    values[i++] = at(values, j);
    values[j--] = swapped;
  }
  return [i, j];
}
