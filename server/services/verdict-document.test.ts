import { describe, expect, it } from "vitest";
import { readGrounds } from "./verdict-document";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const HOUR = 3_600_000;
const FACT = { text: "allocpage now", value: 2_800_000_000, unit: "bytes" };

describe("the grounds of a verdict", () => {
  it("tell when memory will be full, counted from the sample that decided", () => {
    const text = JSON.stringify({
      sampleAtMs: NOW - HOUR,
      reason: { kind: "growth", growth: { full: { hours: 9, low: 7, high: 13 } } },
      evidence: [FACT, { ...FACT, text: "rate", unit: "bytesPerHour", days: 1 }],
      against: ["it fell once"],
    });
    expect(readGrounds(text, NOW)).toMatchObject({
      full: { atMs: NOW + 8 * HOUR, earliestMs: NOW + 6 * HOUR, latestMs: NOW + 12 * HOUR },
      evidence: [FACT, { text: "rate", unit: "bytesPerHour" }],
      against: ["it fell once"],
      nextSteps: [],
    });
  });

  it.each(["", "{", "[]", "null", '{"evidence":[{"text":1}],"reason":"growth"}'])(
    "are none in %j, which breaks nothing",
    (text) => {
      expect(readGrounds(text, NOW)).toEqual({ evidence: [], against: [], nextSteps: [] });
    },
  );
});
