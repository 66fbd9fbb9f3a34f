import { describe, expect, it } from "vitest";
import { resolveRange } from "@/server/core/time/time-range";
import { copiedRange, pastedRange } from "./range-clipboard";
import { PRESETS, rangeWords } from "./range-words";
import { parseRanges } from "./recent-ranges";

const NOW = Date.parse("2026-11-25T12:00:00Z");

function words(from: string, to = "now", zone = "UTC"): string {
  const range = resolveRange({ from, to }, { nowMs: NOW, zone });
  if ("problem" in range) throw new Error(range.problem);
  return rangeWords(range, zone);
}

describe("rangeWords", () => {
  it("names presets, days and weeks, and writes the others as they are", () => {
    expect(PRESETS.map(({ from }) => words(from))).toEqual(PRESETS.map(({ label }) => label));
    expect(words("now-1d/d", "now-1d/d")).toBe("Yesterday");
    expect(words("now-90m")).toBe("Last 90 minutes");
    expect(words("now-1w")).toBe("Last week");
    expect(words("now-1d/d")).toBe("now-1d/d to now");
    expect(words(`${NOW - 3_600_000}`, `${NOW}`, "Europe/Berlin")).toMatch(
      /^25 Nov 2026, 12:00 – 13:00/,
    );
  });
});

describe("a range on the clipboard", () => {
  it("comes back as the same instants", () => {
    const text = copiedRange({ fromMs: NOW - 1000, toMs: NOW });
    expect(text).toBe('{"from":"2026-11-25T11:59:59.000Z","to":"2026-11-25T12:00:00.000Z"}');
    expect(pastedRange(text)).toEqual({
      from: "2026-11-25T11:59:59.000Z",
      to: "2026-11-25T12:00:00.000Z",
    });
    expect(pastedRange('{"from":"now-6h","to":"now"}')).toEqual({ from: "now-6h", to: "now" });
    expect(pastedRange('{"from":1,"to":2}')).toEqual({ from: "1", to: "2" });
  });

  it.each([
    "",
    "now-6h",
    "[]",
    "null",
    '{"from":"now"}',
    `{"from":"${"x".repeat(2000)}","to":"now"}`,
  ])("is not %j", (text) => expect(pastedRange(text)).toBeUndefined());
});

describe("recent ranges", () => {
  it("take what is a range of two instants and drop what is not", () => {
    const kept = { from: "1764070000000", to: "1764080000000" };
    const others = [{ from: "now-6h", to: "now" }, { from: "2", to: "1" }, null, 3, { from: 1 }];
    expect(parseRanges(JSON.stringify([...others, kept]))).toEqual([kept]);
    expect(parseRanges("{")).toEqual([]);
    expect(parseRanges('"text"')).toEqual([]);
    expect(parseRanges(JSON.stringify(Array(50).fill(kept)))).toHaveLength(5);
  });
});
