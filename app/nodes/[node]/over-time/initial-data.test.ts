import { describe, expect, it } from "vitest";
import { reachOf, spanKeyOf } from "./initial-data";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("what the server read for the first paint", () => {
  it("answers for the same span, and for another zone only where no day begins in it", () => {
    const key = (from: string, to: string, zone: string) => spanKeyOf({ from, to }, zone);
    expect(key("now-6h", "now", "UTC")).toBe(key("now-6h", "now", "Asia/Tokyo"));
    expect(key("1", "2", "UTC")).toBe(key("1", "2", "Asia/Tokyo"));
    for (const from of ["now/d", "now-1d", "2026-11-25", "now-1M"])
      expect(key(from, "now", "UTC"), from).not.toBe(key(from, "now", "Asia/Tokyo"));
    expect(key("now-6h", "now", "UTC")).not.toBe(key("now-6h", "now-1h", "UTC"));
  });
});

describe("the reach of a moment", () => {
  it("is a quarter of an hour, two pixels of a long range, a day at most", () => {
    expect(reachOf({ fromMs: 0, toMs: DAY })).toBe(15 * MINUTE);
    expect(reachOf({ fromMs: 0, toMs: 30 * DAY })).toBe(216 * MINUTE);
    expect(reachOf({ fromMs: 0, toMs: 9000 * DAY })).toBe(DAY);
  });
});
