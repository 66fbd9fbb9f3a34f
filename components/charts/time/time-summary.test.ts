import { describe, expect, it } from "vitest";
import { GIB, MIB } from "@/server/core/units";
import { history, incident, MINUTE, point, START } from "./history.test-support";
import { ledgerModel, ledgerSummary } from "./ledger-model";
import { largestMove } from "./moves";
import { statsOf } from "./series-stats";

const moments = (...values: readonly number[]) =>
  values.map((bytes, i) => ({ atMs: START + i * MINUTE, bytes }));
const sentence = (of: ReturnType<typeof history>, view: "whole" | "kernel" = "whole") =>
  ledgerSummary(of, ledgerModel(of, view, []), "UTC");

describe("the sentence", () => {
  it("says what rose, from where to where and when; free memory only mirrors it", () => {
    expect(sentence(incident())).toBe(
      "Unaccounted memory (allocpage) rose 490 MiB (from 100 MiB to 590 MiB) between 10:12 and 10:57; the rest is flat.",
    );
  });

  it("says the same of the close-up", () => {
    expect(sentence(incident(), "kernel")).toContain("Unaccounted memory (allocpage) rose 490 MiB");
  });

  it("names two in full and the lesser ones by their size", () => {
    const busy = history(
      [0, 1, 2, 3].map((i) =>
        point(START + i * MINUTE, {
          anon: GIB + i * 300 * MIB,
          fileCache: 3 * GIB - i * 200 * MIB,
          shmem: GIB + i * 100 * MIB,
        }),
      ),
    );
    expect(sentence(busy)).toBe(
      "Application memory rose 900 MiB (from 1.00 GiB to 1.88 GiB) between 10:00 and 10:03; file caches fell 600 MiB (from 3.00 GiB to 2.41 GiB) between 10:00 and 10:03; smaller changes: shared memory and tmpfs +300 MiB.",
    );
  });

  it("what came back is told with where it stands now", () => {
    const back = [100, 100, 900, 1800, 1800, 150, 100].map((mib, i) =>
      point(START + i * MINUTE, { allocpage: mib * MIB }),
    );
    expect(sentence(history(back))).toContain(
      "rose 1.66 GiB (from 100 MiB to 1.76 GiB) between 10:01 and 10:03 and stands at 100 MiB now",
    );
  });

  it("what goes up and down over and over swings, and is told after what moved for good", () => {
    const day = Array.from({ length: 60 }, (_, i) =>
      point(START + i * MINUTE, {
        fileCache: GIB + Math.round(Math.sin(i / 4) * 400 * MIB),
        slabUnreclaimable: 100 * MIB + i * 3 * MIB,
      }),
    );
    expect(sentence(history(day))).toMatch(
      /^Slab, unreclaimable rose 177 MiB .*; file caches went up and down between 62\d MiB and 1.39 GiB; the rest is flat.$/,
    );
  });

  it("flat is flat", () => {
    const flat = [0, 1, 2].map((i) => point(START + i * MINUTE, { anon: GIB + i * MIB }));
    expect(sentence(history(flat))).toBe("Flat: nothing moved by 81.9 MiB or more.");
  });

  it("tells gaps, and the longest of several", () => {
    const at = (minutes: readonly number[]) =>
      sentence(history(minutes.map((minute) => point(START + minute * MINUTE, { anon: GIB }))));
    expect(at([0, 1, 2, 20, 21, 22])).toContain(" Nothing was measured between 10:02 and 10:20.");
    expect(at([0, 1, 2, 5, 6, 7, 8, 30, 31])).toContain(
      " There are 2 gaps; in the longest nothing was measured between 10:08 and 10:30.",
    );
  });

  it("nothing, and a single moment, are said to be that", () => {
    expect(sentence(history([]))).toBe("Nothing was measured: 25 Nov 2026, 10:00 – 11:00 UTC.");
    expect(sentence(history([point(START + MINUTE)]))).toBe(
      "One moment was measured, 10:01: there is nothing to compare it with.",
    );
  });

  it("a MemTotal that changed is told", () => {
    const grown = [point(START), point(START + MINUTE, {}, { memTotal: 12 * GIB })];
    expect(sentence(history(grown))).toBe(
      "Free memory rose 4.00 GiB (from 8.00 GiB to 12.0 GiB) between 10:00 and 10:01; the rest is flat. MemTotal went from 8.00 GiB to 12.0 GiB.",
    );
  });
});

describe("moves", () => {
  it("the largest way in one direction, whichever it is", () => {
    expect(largestMove(moments(5, 1, 9, 2))).toMatchObject({ from: 1, to: 9, last: 2 });
    expect(largestMove(moments(9, 8, 0, 3))).toMatchObject({ from: 9, to: 0, last: 3 });
    expect(largestMove(moments(4))).toBeUndefined();
    expect(largestMove(moments(4, 4))).toMatchObject({ from: 4, to: 4 });
  });

  it("two turns are a move that came back, three are a swing", () => {
    expect(largestMove(moments(0, 9, 0))?.isSwing).toBe(false);
    expect(largestMove(moments(0, 9, 0, 9))?.isSwing).toBe(true);
    expect(largestMove(moments(0, 5, 4, 5, 4, 9))?.isSwing).toBe(false);
  });

  it("flat ends are no part of it", () => {
    expect(largestMove(moments(0, 0, 0, 50, 100, 100))).toMatchObject({
      sinceMs: START + 2 * MINUTE,
      untilMs: START + 4 * MINUTE,
    });
  });
});

describe("numbers of the legend", () => {
  it("last, min, max, change and the slope of the line through all", () => {
    expect(statsOf(moments(10, 20, 30))).toEqual({
      last: 30,
      min: 10,
      max: 30,
      change: 20,
      slope: 600,
    });
  });

  it("one moment has no slope, none has nothing", () => {
    expect(statsOf(moments(10))).toEqual({ last: 10, min: 10, max: 10, change: 0 });
    expect(statsOf([])).toBeUndefined();
  });
});
