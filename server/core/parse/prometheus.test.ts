import { describe, expect, it } from "vitest";
import type { SkippedLine } from "./parsed";
import { samplesOf } from "./prometheus";

function read(text: string) {
  const skipped: SkippedLine[] = [];
  return { samples: [...samplesOf(text, skipped)], skipped };
}

describe("exposition", () => {
  it("comments are no samples, numbers may be in scientific notation", () => {
    const { samples, skipped } = read("# TYPE a gauge\na 1.5e+09\nb 7\n");
    expect(skipped).toEqual([]);
    expect(samples.map(({ name, value, line }) => [name, value, line])).toEqual([
      ["a", 1.5e9, 2],
      ["b", 7, 3],
    ]);
  });

  it("labels may hold commas, braces and escaped quotes", () => {
    const [sample] = read(String.raw`m{a="x,y}",b="say \"hi\"\n", c="",} 1`).samples;
    expect([...(sample?.labels ?? [])]).toEqual([
      ["a", "x,y}"],
      ["b", 'say "hi"\n'],
      ["c", ""],
    ]);
  });

  it("a time is milliseconds in text format, seconds in OpenMetrics, which may add an exemplar", () => {
    const times = read('a 1 1700000000000\na 1 1700000000.5\na 1 1700000000\na 1 # {id="7"} 3');
    expect(times.samples.map(({ atMs }) => atMs)).toEqual([
      1_700_000_000_000,
      1_700_000_000_500,
      1_700_000_000_000,
      undefined,
    ]);
  });

  it("NaN and infinity are no measurement and no error", () => {
    expect(read('a NaN\nb +Inf\nc{d="e"} -Inf')).toEqual({ samples: [], skipped: [] });
  });

  it.each(["a", 'a{b="c" 1', "a{b} 1", "a 0x10", "1a 2", "a 1 2 3"])("%s is skipped", (line) => {
    const { samples, skipped } = read(line);
    expect(samples).toEqual([]);
    expect(skipped).toEqual([{ line: 1, text: line }]);
  });
});
