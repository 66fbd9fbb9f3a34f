import type { Drift } from "./drift";

/** How much stricter a path is than the plain one: it looks a second time, and that must not cost false alarms. */
export interface Strictness {
  readonly ratio: number;
  readonly z: number;
  readonly efficiency: number;
}

export const PLAIN: Strictness = { ratio: 1, z: 1, efficiency: 0 };
export const FLOOR: Strictness = { ratio: 1.25, z: 1, efficiency: 0.06 };
export const HINGE: Strictness = { ratio: 1.25, z: 1.1, efficiency: 0.06 };

/** Share of the capacity that a growth must reach in the window. */
export const MATERIAL = 0.007;
const LEAST_Z = 1.6;

/** The least of what was found by what is needed: 1 and more is a leak. */
export function scoreOf(drift: Drift, strictness: Strictness): number {
  const { rise } = drift;
  if (!(drift.slope > 0)) return 0;
  return Math.max(
    0,
    Math.min(
      rise.efficiency / 0.5,
      0.55 / rise.concentration,
      drift.tail / 0.35,
      drift.deceleration / 0.42,
      drift.end / 0.22,
      drift.z / (LEAST_Z * strictness.z),
      Math.max(
        drift.ratio / (3.2 * strictness.ratio),
        rise.efficiency / (0.86 + strictness.efficiency),
      ),
      growthOf(drift) / MATERIAL,
    ),
  );
}

/** What no other witness may outweigh: it grows by an amount that matters, in order, and still at the end. */
export function guardOf(drift: Drift): number {
  if (!(drift.slope > 0)) return 0;
  return Math.max(0, Math.min(growthOf(drift) / MATERIAL, drift.z / LEAST_Z, drift.tail / 0.1));
}

/** Growth over the window that both the slope and the ends speak for. */
export function growthOf({ slope, rise }: Drift): number {
  return Math.min(slope, 1.6 * rise.net);
}

export function isGrowing(drift: Drift): boolean {
  return growthOf(drift) >= MATERIAL && drift.z >= LEAST_Z;
}
