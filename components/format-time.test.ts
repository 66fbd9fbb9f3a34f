import { describe, expect, it } from "vitest";
import { formatAge, formatDuration, formatInstant, formatMoment } from "./format-time";

describe("instants", () => {
  it("are shown in UTC and say so", () => {
    expect(formatInstant("2026-11-22T13:14:57.123Z")).toBe("2026-11-22 13:14:57 UTC");
    expect(formatInstant("2026-11-22T21:14:57+08:00")).toBe("2026-11-22 13:14:57 UTC");
    expect(formatMoment("2026-11-22T13:14:57Z")).toBe("22 Nov 2026, 13:14 UTC");
  });
  it("a text that is no instant stays as it came", () => {
    expect(formatInstant("yesterday")).toBe("yesterday");
    expect(formatMoment("yesterday")).toBe("yesterday");
  });
});

describe("durations", () => {
  it.each([
    [8, "8 s"],
    [12 * 60 + 5, "12 min"],
    [3600 * 5 + 60 * 7, "5 h 7 min"],
    [3600 * 5, "5 h"],
    [86_400 * 41 + 3600 * 3, "41 d 3 h"],
    [-4, "0 s"],
  ])("%d seconds are shown in their two largest units", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("ages", () => {
  const now = Date.parse("2026-11-22T12:00:00Z");
  it.each([
    ["2026-11-22T11:59:58Z", "just now"],
    ["2026-11-22T11:59:20Z", "40 s ago"],
    ["2026-11-22T11:46:00Z", "14 min ago"],
    ["2026-11-21T12:00:00Z", "24 h ago"],
    ["2026-11-15T12:00:00Z", "7 d ago"],
    ["2026-11-29T12:00:00Z", "in 7 d"],
    ["never", "—"],
  ])("%s is shown in one unit", (iso, text) => {
    expect(formatAge(iso, now)).toBe(text);
  });
});
