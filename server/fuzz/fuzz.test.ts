import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureGrowth } from "./growth";
import { seedParsers } from "./own-seeds";
import { readSeeds } from "./seeds";
import { fuzzTargets } from "./targets";

const seeds = await readSeeds();
const parsers = await seedParsers(seeds.texts);

describe("the parsers that are tried with damaged text", () => {
  it("are found where they stand", () => {
    expect(parsers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["parseMeminfo", "parseSs", "parseZoneinfo"]),
    );
  });

  it.each(parsers)("$name has a text of its own, to damage", ({ seeds: own }) => {
    expect(own, "write one out in its test, or put it in server/fuzz/samples").not.toEqual([]);
  });

  it.each(parsers)("$name takes linear work", ({ parse, seeds: own }) => {
    expect(measureGrowth(parse, own, 1_000_000).faster).toEqual([]);
  });

  it("would be caught taking quadratic work", () => {
    const slow = (text: string): number => {
      let seen = 0;
      const end = text.startsWith("aaaa") ? text.length : 0;
      for (let at = 0; at < end; at += 1) seen += text.lastIndexOf("\u0001", at);
      return seen;
    };
    const { faster } = measureGrowth(slow, ["a: 1"], 100_000);
    expect(faster).toEqual([expect.stringMatching(/^hostile lines: ten times/)]);
  });
});

/** A short walk every time; `npm run fuzz -- --minutes 20` walks further. */
describe("on any input the promises hold", () => {
  it.each(fuzzTargets(parsers, seeds))("$name", async ({ property }) => {
    await fc.assert(property, { numRuns: 30 });
  });
});
