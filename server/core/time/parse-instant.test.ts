import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addUnits, endOfUnit, startOfUnit, TIME_UNITS } from "./calendar";
import { type InstantContext, parseInstant } from "./parse-instant";
import { fromLocal, readZone, toLocal, zoneOffset } from "./zone";

const NOW = Date.parse("2026-11-25T12:34:56.789Z"); // a Wednesday
const at = (text: string, changes: Partial<InstantContext> = {}): string | undefined => {
  const ms = parseInstant(text, { nowMs: NOW, zone: "UTC", edge: "start", ...changes });
  return ms === undefined ? undefined : new Date(ms).toISOString();
};
const end = (text: string, changes: Partial<InstantContext> = {}) =>
  at(text, { ...changes, edge: "end" });

describe("parseInstant", () => {
  it("reads ms since 1970 and ISO 8601", () => {
    expect(at("1764070000000")).toBe("2025-11-25T11:26:40.000Z");
    expect(at("0")).toBe("1970-01-01T00:00:00.000Z");
    expect(at("2026-11-25T10:00:00Z")).toBe("2026-11-25T10:00:00.000Z");
    expect(at("2026-11-25T10:00:00.1239+05:30")).toBe("2026-11-25T04:30:00.123Z");
    expect(at("2026-11-25 10:00-0800")).toBe("2026-11-25T18:00:00.000Z");
    expect(at("2026-11-25 10:00", { zone: "Asia/Shanghai" })).toBe("2026-11-25T02:00:00.000Z");
  });

  it("takes a day alone from its first to its last millisecond, by the reader's clock", () => {
    expect(at("2026-11-25", { zone: "Europe/Berlin" })).toBe("2026-11-24T23:00:00.000Z");
    expect(end("2026-11-25", { zone: "Europe/Berlin" })).toBe("2026-11-25T22:59:59.999Z");
  });

  it.each([
    ["now", "2026-11-25T12:34:56.789Z", "2026-11-25T12:34:56.789Z"],
    ["now-6h", "2026-11-25T06:34:56.789Z", "2026-11-25T06:34:56.789Z"],
    ["now+90m", "2026-11-25T14:04:56.789Z", "2026-11-25T14:04:56.789Z"],
    ["now/s", "2026-11-25T12:34:56.000Z", "2026-11-25T12:34:56.999Z"],
    ["now/m", "2026-11-25T12:34:00.000Z", "2026-11-25T12:34:59.999Z"],
    ["now/h", "2026-11-25T12:00:00.000Z", "2026-11-25T12:59:59.999Z"],
    ["now/d", "2026-11-25T00:00:00.000Z", "2026-11-25T23:59:59.999Z"],
    ["now/w", "2026-11-23T00:00:00.000Z", "2026-11-29T23:59:59.999Z"],
    ["now/M", "2026-11-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z"],
    ["now/y", "2026-01-01T00:00:00.000Z", "2026-12-31T23:59:59.999Z"],
    ["now-1d/d", "2026-11-24T00:00:00.000Z", "2026-11-24T23:59:59.999Z"],
    ["now-1d/d+6h", "2026-11-24T06:00:00.000Z", "2026-11-25T05:59:59.999Z"],
    ["now/y-1M", "2025-12-01T00:00:00.000Z", "2026-11-30T23:59:59.999Z"],
    ["now-2w", "2026-11-11T12:34:56.789Z", "2026-11-11T12:34:56.789Z"],
    ["now-1y", "2025-11-25T12:34:56.789Z", "2025-11-25T12:34:56.789Z"],
  ])("%s begins at %s and ends at %s", (text, start, last) => {
    expect(at(text)).toBe(start);
    expect(end(text)).toBe(last);
  });

  it("takes the last day of a month for a day that the month does not have", () => {
    const nowMs = Date.parse("2028-03-31T10:00:00Z");
    expect(at("now-1M", { nowMs })).toBe("2028-02-29T10:00:00.000Z");
    expect(at("now-13M", { nowMs })).toBe("2027-02-28T10:00:00.000Z");
  });

  it("knows days of 23 and 25 hours", () => {
    const zone = "Europe/Berlin";
    const spring = Date.parse("2026-03-29T10:00:00Z");
    expect(at("now/d", { zone, nowMs: spring })).toBe("2026-03-28T23:00:00.000Z");
    expect(end("now/d", { zone, nowMs: spring })).toBe("2026-03-29T21:59:59.999Z");
    expect(at("now-1d", { zone, nowMs: spring })).toBe("2026-03-28T11:00:00.000Z");
    expect(at("now-24h", { zone, nowMs: spring })).toBe("2026-03-28T10:00:00.000Z");
    const autumn = Date.parse("2026-10-25T10:00:00Z");
    expect(at("now/d", { zone, nowMs: autumn })).toBe("2026-10-24T22:00:00.000Z");
    expect(end("now/d", { zone, nowMs: autumn })).toBe("2026-10-25T22:59:59.999Z");
  });

  it("finds times that the clock skips and the first of those it shows twice", () => {
    const zone = "America/New_York";
    expect(at("2026-03-08 02:30", { zone })).toBe("2026-03-08T07:30:00.000Z");
    expect(at("2026-11-01 01:30", { zone })).toBe("2026-11-01T05:30:00.000Z");
    expect(at("2026-11-01 02:00", { zone })).toBe("2026-11-01T07:00:00.000Z");
    // The second 01:30 of that night belongs to its own hour.
    const second = Date.parse("2026-11-01T06:30:00Z");
    expect(at("now/h", { zone, nowMs: second })).toBe("2026-11-01T06:00:00.000Z");
  });

  it("begins a day that has no midnight at its first hour", () => {
    // Cairo's clocks go from 24 April 2026 00:00 to 01:00.
    const day = { zone: "Africa/Cairo", nowMs: Date.parse("2026-04-24T12:00:00Z") };
    expect(at("now/d", day)).toBe("2026-04-23T22:00:00.000Z");
    expect(toLocal(Date.parse("2026-04-23T22:00:00Z"), "Africa/Cairo")).toBe(
      Date.parse("2026-04-24T01:00:00Z"),
    );
  });

  it.each([
    "",
    "now-",
    "now-6",
    "now-6x",
    "now--6h",
    "now/2d",
    "now 6h",
    "Now",
    "now-6h;",
    "yesterday",
    "-1",
    "1e3",
    "99999999999999999999",
    "2026-02-30",
    "2026-13-01",
    "2026-11-25T25:00",
    "2026-11-25T10",
    "1969-12-31",
    "now-9999999999y",
    "now-9999999999y+9999999999y",
    "now-100y",
    "now+9000y",
    "<script>",
    "现在",
  ])("%j is no time", (text) => {
    expect(at(text)).toBeUndefined();
  });

  it("never throws and never leaves the years it knows", () => {
    const token = fc.constantFrom(
      "now",
      "-",
      "+",
      "/",
      "d",
      "h",
      "M",
      "1",
      "99",
      "2026-",
      "T",
      ":",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(token, { maxLength: 12 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, fc.constantFrom("UTC", "Asia/Kolkata", "America/St_Johns"), (any, zone) => {
        const ms = parseInstant(any, { nowMs: NOW, zone, edge: "end" });
        expect(ms === undefined || (ms >= 0 && ms <= 253_402_300_799_999)).toBe(true);
      }),
    );
  });
});

describe("the calendar", () => {
  const instant = fc.integer({ min: Date.parse("1980-01-01"), max: Date.parse("2037-12-31") });
  const zone = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Pacific/Apia",
  );
  const unit = fc.constantFrom(...TIME_UNITS);

  it("rounds to a unit that holds the instant and touches the next one", () => {
    fc.assert(
      fc.property(instant, zone, unit, (ms, where, what) => {
        const start = startOfUnit(ms, what, where);
        const last = endOfUnit(ms, what, where);
        expect(start).toBeLessThanOrEqual(ms);
        expect(last).toBeGreaterThanOrEqual(ms);
        // An hour that a change of half an hour cuts in two is rounded to either of its ends.
        if (where !== "Australia/Lord_Howe")
          expect(startOfUnit(last + 1, what, where)).toBe(last + 1);
      }),
      { numRuns: 500 },
    );
  });

  it("shows the same time of day after whole days, where the clock shows it at all", () => {
    fc.assert(
      fc.property(instant, zone, fc.integer({ min: -400, max: 400 }), (ms, where, days) => {
        const wanted = toLocal(ms, where) + days * 86_400_000;
        const there = addUnits(ms, days, "d", where);
        const isShown = toLocal(fromLocal(wanted, where), where) === wanted;
        if (isShown) expect(toLocal(there, where)).toBe(wanted);
        else expect(Math.abs(toLocal(there, where) - wanted)).toBeLessThanOrEqual(86_400_000);
      }),
      { numRuns: 500 },
    );
  });

  it("comes back from the wall clock to the instant, or to the first of two", () => {
    fc.assert(
      fc.property(instant, zone, (ms, where) => {
        const back = fromLocal(toLocal(ms, where), where);
        expect(toLocal(back, where)).toBe(toLocal(ms, where));
        expect(back).toBeLessThanOrEqual(ms);
      }),
      { numRuns: 500 },
    );
  });
});

describe("zones", () => {
  it("are named as the zone database does, whatever the spelling", () => {
    expect(readZone("europe/berlin")).toBe("Europe/Berlin");
    expect(readZone("utc")).toBe("UTC");
    expect(readZone("Mars/Olympus")).toBeUndefined();
    expect(readZone("")).toBeUndefined();
    expect(readZone("'; DROP TABLE samples")).toBeUndefined();
  });

  it("have offsets of less than an hour", () => {
    expect(zoneOffset(NOW, "Asia/Kathmandu")).toBe((5 * 60 + 45) * 60_000);
    expect(zoneOffset(NOW, "America/St_Johns")).toBe(-(3 * 60 + 30) * 60_000);
  });
});
