import { describe, expect, it } from "vitest";
import { GIB, MIB } from "../units";
import { isMaterial, judgeTrends, type Streaks } from "./judge-trends";
import type { WatchedSeries } from "./watched-series";
import type { Slots, WindowDays } from "./windowed-trend";

const TOTAL = 16 * GIB;
const HOUR_S = 3_600;
const STEP_S = 300;
const NOW_S = 1_800_000_000;

/** Five-minute slots of the last `hours` hours; `level` by hours before now. */
function slotsOf(hours: number, level: (ago: number) => number): Slots {
  const t: number[] = [];
  for (let s = NOW_S - hours * HOUR_S; s < NOW_S; s += STEP_S) t.push(s);
  return { t, v: t.map((s) => level((NOW_S - s) / HOUR_S)) };
}

function windowsOf(slots: Slots): ReadonlyMap<WindowDays, Slots> {
  const days: readonly WindowDays[] = [1, 3, 7];
  return new Map(
    days.map((count) => {
      const first = slots.t.length - (count * 24 * HOUR_S) / STEP_S;
      return [
        count,
        {
          t: Array.from(slots.t).slice(Math.max(0, first)),
          v: Array.from(slots.v).slice(Math.max(0, first)),
        },
      ];
    }),
  );
}

function judge(
  series: WatchedSeries,
  slots: Slots,
  changes: { bootMs?: number; markersMs?: readonly number[]; streaks?: Streaks } = {},
) {
  return judgeTrends({
    nowMs: NOW_S * 1_000,
    memTotal: TOTAL,
    slots: new Map([[series, windowsOf(slots)]]),
    markersMs: [],
    streaks: {},
    ...changes,
  });
}

const leak = slotsOf(7 * 24, (ago) => 3 * GIB - ago * 15 * MIB);

describe("trends of a node", () => {
  it("find a leak in the window that shows it longest, and count it", () => {
    const { trends, streaks } = judge("unexplained", leak);
    expect(trends).toHaveLength(1);
    expect(trends[0]).toMatchObject({ series: "unexplained", days: 7, trend: { verdict: "leak" } });
    expect(trends[0]?.windows.map(({ days }) => days)).toEqual([1, 3, 7]);
    expect(((trends[0]?.trend.slope ?? 0) * HOUR_S) / MIB).toBeCloseTo(15, 0);
    expect(streaks.unexplained?.leaks).toBe(1);
  });

  it("find a fast leak of today in one day, when a week hides it", () => {
    const young = slotsOf(20, (ago) => 2 * GIB - ago * 90 * MIB);
    expect(judge("unexplained", young).trends[0]).toMatchObject({
      days: 1,
      trend: { verdict: "leak" },
    });
  });

  it("take a step for no leak", () => {
    const step = slotsOf(7 * 24, (ago) => (ago > 60 ? GIB : 4 * GIB));
    expect(judge("anon", step)).toMatchObject({ streaks: {} });
    expect(judge("anon", step).trends[0]?.trend.verdict).not.toBe("leak");
  });

  it("look at nothing of an earlier boot, nor at the half hour after one", () => {
    const bootMs = (NOW_S - 30 * HOUR_S) * 1_000;
    const [trend] = judge("unexplained", leak, { bootMs }).trends;
    expect(trend?.fromMs).toBeGreaterThanOrEqual(bootMs + 30 * 60_000);
  });

  it("count no leak right after a restart", () => {
    const markersMs = [(NOW_S - HOUR_S) * 1_000];
    expect(judge("unexplained", leak, { markersMs }).streaks).toEqual({});
    const earlier = [(NOW_S - 3 * HOUR_S) * 1_000];
    expect(judge("unexplained", leak, { markersMs: earlier }).streaks).not.toEqual({});
  });

  it("are insufficient of a node that has just begun", () => {
    const [trend] = judge(
      "unexplained",
      slotsOf(1, () => GIB),
    ).trends;
    expect(trend?.trend.verdict).toBe("insufficient");
    expect(judge("unexplained", { t: [], v: [] }).trends).toEqual([]);
  });
});

it("a growth is worth a word by its size, or when memory is soon full", () => {
  const [trend] = judge("unexplained", leak).trends;
  if (!trend) throw new Error("a trend is needed");
  const small = { ...trend, endBytes: trend.startBytes + 100 * MIB };
  expect(isMaterial(trend, { memTotal: TOTAL, available: 8 * GIB })).toBe(true);
  expect(isMaterial(small, { memTotal: TOTAL, available: 8 * GIB })).toBe(false);
  expect(isMaterial(small, { memTotal: TOTAL, available: GIB })).toBe(true);
});
