import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  absoluteRange,
  resolveRange,
  shiftedByHalf,
  type TimeRange,
  zoomedOut,
} from "./time-range";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const CONTEXT = { nowMs: NOW, zone: "UTC" };
const HOUR = 3_600_000;

function range(from: string, to: string): TimeRange {
  const resolved = resolveRange({ from, to }, CONTEXT);
  if ("problem" in resolved) throw new Error(resolved.problem);
  return resolved;
}

describe("resolveRange", () => {
  it("tells ranges that move with the clock from those that stand", () => {
    expect(range("now-6h", "now")).toMatchObject({
      fromMs: NOW - 6 * HOUR,
      toMs: NOW,
      isLive: true,
    });
    expect(range("now-6h", String(NOW))).toMatchObject({ isLive: false });
    expect(range("now/d", "now/d").toMs - range("now/d", "now/d").fromMs).toBe(24 * HOUR - 1);
  });

  it.each([
    ["soon", "now", "“soon” is not a time."],
    ["now-1h", "later", "“later” is not a time."],
    ["now", "now-1h", "The range from “now” to “now-1h” does not end after it begins."],
    ["now", "now", "The range from “now” to “now” does not end after it begins."],
  ])("says why %s to %s is no range", (from, to, problem) => {
    expect(resolveRange({ from, to }, CONTEXT)).toEqual({ problem });
  });
});

describe("moving a range", () => {
  const day = range("now-24h", "now");

  it("zooms out to twice the length and stops at now", () => {
    expect(zoomedOut(day, NOW)).toEqual({ from: `${NOW - 48 * HOUR}`, to: `${NOW}` });
    const past = range(`${NOW - 96 * HOUR}`, `${NOW - 72 * HOUR}`);
    expect(zoomedOut(past, NOW)).toEqual({
      from: `${NOW - 108 * HOUR}`,
      to: `${NOW - 60 * HOUR}`,
    });
  });

  it("shifts by half of the length and stops at now", () => {
    expect(shiftedByHalf(day, -1, NOW)).toEqual({
      from: `${NOW - 36 * HOUR}`,
      to: `${NOW - 12 * HOUR}`,
    });
    expect(shiftedByHalf(day, 1, NOW)).toEqual({ from: `${NOW - 24 * HOUR}`, to: `${NOW}` });
  });

  it("keeps the length of every range whose begin is not before 1970", () => {
    const ends = fc
      .tuple(fc.integer({ min: 10 * HOUR, max: NOW }), fc.integer({ min: 1000, max: HOUR }))
      .map(([from, length]) => range(`${from}`, `${from + length}`));
    fc.assert(
      fc.property(ends, fc.constantFrom(-1 as const, 1 as const), (some, direction) => {
        const { from, to } = shiftedByHalf(some, direction, NOW);
        expect(Math.abs(Number(to) - Number(from) - (some.toMs - some.fromMs))).toBeLessThanOrEqual(
          1,
        );
      }),
    );
  });

  it("locks a range to its instants", () => {
    expect(absoluteRange(day)).toEqual({ from: `${NOW - 24 * HOUR}`, to: `${NOW}` });
  });
});
