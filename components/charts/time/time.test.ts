import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NodeEvent } from "@/server/core/series/history";
import { clusterEvents } from "./event-clusters";
import { timeTicks } from "./time-ticks";
import { formatAt, formatSpan, formatWithin, instantsOf, knownZone, wallClock } from "./zone-time";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const labels = (from: string, to: string, zone: string, most = 8) =>
  timeTicks(Date.parse(from), Date.parse(to), zone, most).map(({ label }) => label);

describe("ticks", () => {
  it("stand on round times of the zone, and name the day at midnight", () => {
    expect(labels("2026-11-24T20:10:00Z", "2026-11-25T02:10:00Z", "Europe/Berlin")).toEqual([
      "22:00",
      "23:00",
      "25 Nov",
      "01:00",
      "02:00",
      "03:00",
    ]);
    expect(labels("2026-11-25T00:00:00Z", "2026-11-25T01:00:00Z", "Asia/Kathmandu", 2)).toEqual([
      "06:00",
      "06:30",
    ]);
  });

  it("seconds where the window is short, days and weeks where it is long", () => {
    expect(labels("2026-11-25T10:00:00Z", "2026-11-25T10:01:00Z", "UTC", 4)).toEqual([
      "10:00:00",
      "10:00:15",
      "10:00:30",
      "10:00:45",
      "10:01:00",
    ]);
    expect(labels("2026-11-01T00:00:00Z", "2026-11-30T00:00:00Z", "UTC", 5)).toEqual([
      "2 Nov",
      "9 Nov",
      "16 Nov",
      "23 Nov",
      "30 Nov",
    ]);
  });

  it("in the night that has 25 hours the repeated hour is marked twice, at two moments", () => {
    const ticks = timeTicks(
      Date.parse("2026-10-24T23:00:00Z"),
      Date.parse("2026-10-25T03:00:00Z"),
      "Europe/Berlin",
      8,
    );
    expect(ticks.filter(({ label }) => label === "02:00").map(({ ms }) => ms)).toEqual([
      Date.parse("2026-10-25T00:00:00Z"),
      Date.parse("2026-10-25T01:00:00Z"),
    ]);
    expect(ticks.map(({ label }) => label)).not.toContain("02:15");
  });

  it("in the night that has 23 hours the hour that does not exist is not marked", () => {
    expect(labels("2026-03-29T00:00:00Z", "2026-03-29T04:00:00Z", "Europe/Berlin", 4)).toEqual([
      "01:00",
      "03:00",
      "04:00",
      "05:00",
      "06:00",
    ]);
    expect(labels("2026-03-28T12:00:00Z", "2026-03-31T12:00:00Z", "Europe/Berlin", 4)).toEqual([
      "29 Mar",
      "30 Mar",
      "31 Mar",
    ]);
  });

  it("are few, ascending and inside, for any window in any zone", () => {
    const zone = fc.constantFrom("UTC", "Europe/London", "America/St_Johns", "Pacific/Apia");
    const from = fc.integer({ min: 0, max: Date.UTC(2040, 0) });
    const span = fc.integer({ min: 1000, max: 400 * DAY });
    fc.assert(
      fc.property(
        from,
        span,
        zone,
        fc.integer({ min: 2, max: 14 }),
        (start, length, where, most) => {
          const ticks = timeTicks(start, start + length, where, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 5);
          ticks.forEach(({ ms }, i) => {
            expect(ms).toBeGreaterThanOrEqual(Math.max(start, (ticks[i - 1]?.ms ?? -1) + 1));
            expect(ms).toBeLessThanOrEqual(start + length);
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("times of a zone", () => {
  it("the wall and the instant lead to each other", () => {
    const noon = Date.parse("2026-07-01T12:00:00.250Z");
    const wall = wallClock(noon, "America/New_York");
    expect(new Date(wall).toISOString()).toBe("2026-07-01T08:00:00.250Z");
    expect(instantsOf(wall, "America/New_York")).toEqual([noon]);
  });

  it("are named with their zone; an unknown zone is UTC and says so", () => {
    const at = Date.parse("2026-11-25T14:10:30Z");
    expect(formatAt(at, "UTC")).toBe("25 Nov 2026, 14:10:30 UTC");
    expect(formatAt(at, "Mars/Olympus")).toBe("25 Nov 2026, 14:10:30 UTC");
    expect(knownZone("Mars/Olympus")).toBe("UTC");
    expect(formatAt(at, "Asia/Shanghai")).toBe("25 Nov 2026, 22:10:30 UTC+8");
    expect(formatAt(at, "Asia/Kathmandu")).toBe("25 Nov 2026, 19:55:30 UTC+5:45");
    expect(formatAt(at, "America/St_Johns")).toBe("25 Nov 2026, 10:40:30 UTC\u22123:30");
  });

  it("a span names the day once, or twice where it changes", () => {
    const from = Date.parse("2026-11-25T10:00:00Z");
    expect(formatSpan(from, from + 6 * HOUR, "UTC")).toBe("25 Nov 2026, 10:00 – 16:00 UTC");
    expect(formatSpan(from, from + DAY, "UTC")).toBe("25 Nov 2026, 10:00 – 26 Nov 2026, 10:00 UTC");
    expect(formatWithin(from, "UTC", 6 * HOUR)).toBe("10:00");
    expect(formatWithin(from, "UTC", 7 * DAY)).toBe("25 Nov, 10:00");
  });
});

describe("events", () => {
  const at = (ms: number): NodeEvent => ({
    id: String(ms),
    node: "web-1",
    atMs: ms,
    kind: "note",
    text: "",
  });
  const span = { fromMs: 0, toMs: 1000 };

  it("those whose marks would overlap are one; those outside are left out", () => {
    const clusters = clusterEvents([at(900), at(10), at(20), at(-1), at(1001)], span, 500, 26);
    expect(clusters.map(({ events }) => events.map(({ atMs }) => atMs))).toEqual([[10, 20], [900]]);
    expect(clusters[0]?.place).toBeCloseTo(0.015);
  });

  it("every event inside is in exactly one mark, and no two marks overlap", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 })), (times) => {
        const clusters = clusterEvents(times.map(at), span, 500, 26);
        expect(clusters.flatMap(({ events }) => events)).toHaveLength(times.length);
        clusters.slice(1).forEach(({ place }, i) => {
          expect((place - (clusters[i]?.place ?? 0)) * 500).toBeGreaterThanOrEqual(25.99);
        });
      }),
    );
  });

  it("a window without length has no marks", () => {
    expect(clusterEvents([at(0)], { fromMs: 0, toMs: 0 }, 500, 26)).toEqual([]);
  });
});
