import { describe, expect, it } from "vitest";
import { hrefWith } from "../url-state";
import { rangeChanges, readRange, readZoneChoice } from "./range-url";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const CONTEXT = { nowMs: NOW, zone: "UTC" };
const HOUR = 3_600_000;

describe("readRange", () => {
  it("is the last 24 hours where the URL says nothing", () => {
    expect(readRange({}, CONTEXT)).toEqual({
      value: { from: "now-24h", to: "now", fromMs: NOW - 24 * HOUR, toMs: NOW, isLive: true },
    });
  });

  it("completes a range of which one end is given", () => {
    expect(readRange({ from: "now-7d" }, CONTEXT).value.toMs).toBe(NOW);
  });

  it("reads a moment with the width around it", () => {
    const around = (width: string) =>
      readRange({ time: `${NOW - 10 * HOUR}`, "time.window": width }, CONTEXT).value;
    expect(around("2h")).toMatchObject({ fromMs: NOW - 11 * HOUR, toMs: NOW - 9 * HOUR });
    expect(around(`${2 * HOUR}`)).toMatchObject({ fromMs: NOW - 11 * HOUR, toMs: NOW - 9 * HOUR });
  });

  it.each([
    [{ from: "now-6x" }, "“now-6x” is not a time. Showing the last 24 hours."],
    [{ from: "now", to: "now-1h" }, /does not end after it begins\. Showing the last 24 hours\.$/],
    [{ time: "noon", "time.window": "1h" }, /“noon” is not a time/],
    [{ time: "now", "time.window": "wide" }, /“wide” is not a time/],
    [{ from: "<img src=x>".repeat(100) }, /^“<img.{195}.*” is not a time/],
  ])("says once what it could not read: %j", (params, notice) => {
    const read = readRange(params, CONTEXT);
    expect(read.notice).toMatch(notice);
    expect(read.value).toMatchObject({ from: "now-24h", to: "now" });
  });
});

describe("rangeChanges", () => {
  const href = (range: { from: string; to: string }) =>
    hrefWith(
      "/n",
      { time: "1", "time.window": "2", from: "a", to: "b", colour: "x" },
      {
        ...rangeChanges(range),
      },
    );

  it("leaves defaults out and everything it does not know in", () => {
    expect(href({ from: "now-24h", to: "now" })).toBe("/n?colour=x");
    expect(href({ from: "now-6h", to: "now" })).toBe("/n?colour=x&from=now-6h");
    expect(href({ from: "1", to: "2" })).toBe("/n?colour=x&from=1&to=2");
    // Only together are the two ends the default.
    expect(href({ from: "now-24h", to: "2" })).toBe("/n?colour=x&from=now-24h&to=2");
  });
});

describe("readZoneChoice", () => {
  it("is the browser's zone, another by name, and UTC where nothing is known", () => {
    expect(readZoneChoice({}, "Asia/Tokyo").value).toBe("Asia/Tokyo");
    expect(readZoneChoice({ tz: "browser" }, "Asia/Tokyo").value).toBe("Asia/Tokyo");
    expect(readZoneChoice({ tz: "utc" }, "Asia/Tokyo").value).toBe("UTC");
    expect(readZoneChoice({ tz: "america/lima" }, undefined).value).toBe("America/Lima");
    expect(readZoneChoice({}, undefined).value).toBe("UTC");
    expect(readZoneChoice({}, "not/a-zone").value).toBe("UTC");
  });

  it("says which zone it shows instead of one that does not exist", () => {
    expect(readZoneChoice({ tz: "Mars/Olympus" }, "Asia/Tokyo")).toEqual({
      value: "Asia/Tokyo",
      notice: "“Mars/Olympus” is not a time zone; showing times in Asia/Tokyo.",
    });
  });
});
