import { median } from "../core/median";
import type { HistoryPoint, NodeHistory } from "../core/series/history";
import { wholeMultipleOf } from "./series-slots";

/**
 * Slots about as wide as the pause between two samples are empty now and then although nothing is missing: a sample comes a
 * moment late and falls into the next one. Such slots are joined until each holds two samples; narrower ones,
 * of which most are empty, stay.
 */
export function steadySlots(history: NodeHistory): NodeHistory {
  const { points, stepMs } = history;
  const wider = steadyStep(stepMs, points);
  return wider === stepMs ? history : { ...history, stepMs: wider, points: join(points, wider) };
}

interface Slot {
  /** Time of the slot's last sample. */
  readonly atMs: number;
  readonly samples: number;
}

/** The width that slots of `stepMs` are to be joined to: their own where they need not be. */
export function steadyStep(stepMs: number, slots: readonly Slot[]): number {
  const pauseMs = usualPause(slots);
  if (pauseMs === undefined || stepMs <= pauseMs / 2 || stepMs >= 2 * pauseMs) return stepMs;
  return wholeMultipleOf(stepMs, 2 * pauseMs) ?? stepMs;
}

/** What usually passes from one sample to the next, in ms; undefined with too few to tell. */
function usualPause(slots: readonly Slot[]): number | undefined {
  if (slots.length < 3) return undefined;
  const apart = slots.slice(1).map(({ atMs }, index) => atMs - (slots[index]?.atMs ?? 0));
  return median(apart) / Math.max(1, median(slots.map(({ samples }) => samples)));
}

/** True when the two belong to one slot of that width. */
export function isOneSlot(a: number, b: number, stepMs: number): boolean {
  return Math.floor(a / stepMs) === Math.floor(b / stepMs);
}

function join(points: readonly HistoryPoint[], stepMs: number): HistoryPoint[] {
  const joined: HistoryPoint[] = [];
  for (const point of points) {
    const last = joined.at(-1);
    if (last && isOneSlot(last.atMs, point.atMs, stepMs))
      joined[joined.length - 1] = joinTwo(last, point);
    else joined.push(point);
  }
  return joined;
}

/** The later one, with what the earlier one saw. */
function joinTwo(earlier: HistoryPoint, later: HistoryPoint): HistoryPoint {
  const peaks = [earlier.unexplainedMax, later.unexplainedMax].filter((peak) => peak !== undefined);
  return {
    ...later,
    samples: earlier.samples + later.samples,
    ...(peaks.length > 0 && { unexplainedMax: Math.max(...peaks) }),
  };
}
