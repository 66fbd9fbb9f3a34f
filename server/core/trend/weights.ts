import type { Witnesses } from "./witnesses";

// Written by bench/fit-detector.py: log odds of a leak. docs/detector.md says from what.
export const BIAS = -5.125;
export const WEIGHTS: readonly (readonly [keyof Witnesses, number])[] = [
  ["ratio", 0.6882],
  ["efficiency", 0.9023],
  ["order", 1.188],
  ["explained", 1.976],
  ["growth", 0.973],
  ["step", 0.9979],
  ["filling", 1.08],
  ["plateau", -3.323],
  ["hinge", -2.429],
  ["tail", -0.06364],
  ["deceleration", 0.0307],
  ["end", 0.2157],
  ["concentration", -2.453],
  ["place", -1.406],
  ["floor", 2.656],
  ["middle", 1.425],
  ["behind", -1.26],
  ["share", 4.035],
];
/** Products of two witnesses. */
export const PAIRS: readonly (readonly [keyof Witnesses, keyof Witnesses, number])[] = [
  ["behind", "share", -0.9397],
  ["tail", "middle", 4.38],
  ["efficiency", "growth", -1.146],
  ["plateau", "share", 4.899],
  ["ratio", "filling", 2.458],
  ["explained", "tail", -2.799],
  ["growth", "place", 1.787],
  ["growth", "middle", -1.263],
  ["growth", "behind", 1.23],
  ["place", "middle", -2.315],
  ["efficiency", "place", -2.42],
  ["concentration", "floor", -4.44],
  ["filling", "filling", -1.937],
  ["filling", "concentration", -4.757],
  ["plateau", "hinge", -13.8],
  ["filling", "end", -2.544],
];
