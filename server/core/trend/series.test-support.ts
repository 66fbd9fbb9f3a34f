export const CAPACITY = 64 * 2 ** 30;
export const HOUR_S = 3_600;
export const START_S = 1_700_000_000;

/** Numbers between 0 and 1 that are the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Standard deviation 1, mean 0, near enough to a bell. */
export function bellOf(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}

/**
 * Samples every 5 minutes whose values are `shareAt` of the window's share, as shares of the capacity, plus noise.
 * @param noise standard deviation, a share of the capacity
 */
export function noisySeries({
  seed,
  shareAt,
  hours = 24,
  noise = 0.001,
}: {
  readonly seed: number;
  readonly shareAt: (x: number, random: () => number) => number;
  readonly hours?: number;
  readonly noise?: number;
}) {
  const random = randomOf(seed);
  const count = hours * 12;
  const t = Array.from({ length: count }, (_, i) => START_S + i * 300);
  const v = t.map((_, i) => (shareAt(i / count, random) + noise * bellOf(random)) * CAPACITY);
  return { t, v, capacity: CAPACITY };
}
