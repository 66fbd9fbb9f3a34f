import { describe, expect, it } from "vitest";
import { snapshotOf } from "../snapshot.test-support";
import { composeMemory } from "./composition";
import { checkConsistency } from "./consistency";

const FIELDS = "MemFree: 100000 kB\nCached: 1000 kB\nAnonPages: 1000 kB\n";

function check(texts: Parameters<typeof snapshotOf>[0]) {
  const snapshot = snapshotOf(texts);
  const composition = composeMemory(snapshot);
  return composition ? checkConsistency(snapshot, composition).map((each) => each.id) : [];
}

function zone(managed: number): string {
  return `Node 0, zone   Normal\n  pages free     10\n        present  ${managed}\n        managed  ${managed}\n  pagesets\n    cpu: 0\n              count: 5\n`;
}

describe("a snapshot whose numbers are not those of one machine", () => {
  it("is a container's when MemTotal and the zones disagree", () => {
    const meminfo = `MemTotal: 1048576 kB\n${FIELDS}Slab: 1000 kB\n`;
    expect(check({ meminfo, zoneinfo: zone(2_000_000) })).toEqual(["container-view"]);
  });

  it("is a container's when the kernel claims to have no slab", () => {
    expect(check({ meminfo: `MemTotal: 1048576 kB\n${FIELDS}Slab: 0 kB\n` })).toEqual([
      "container-view",
    ]);
  });

  it("is no container's while struct pages are still being initialised: MemFree is off by the same amount", () => {
    const meminfo = `MemTotal: 4194304 kB\nMemFree: 3500000 kB\nCached: 1000 kB\nAnonPages: 1000 kB\nSlab: 1000 kB\n`;
    const managed = 2_097_152 / 4;
    const freePages = (3_500_000 - 2_097_152) / 4;
    const vmstat = `nr_free_pages ${freePages}\n`;
    expect(check({ meminfo, zoneinfo: zone(managed), vmstat })).toEqual([]);
  });

  it("counts something twice when the remainder is clearly negative", () => {
    const meminfo = `MemTotal: 1048576 kB\nMemFree: 900000 kB\nCached: 400000 kB\nAnonPages: 1000 kB\nSlab: 1000 kB\n`;
    expect(check({ meminfo })).toEqual(["double-count"]);
  });

  it("is fine a little below zero: two reads are never the same instant", () => {
    const meminfo = `MemTotal: 1048576 kB\nMemFree: 1040000 kB\nCached: 20000 kB\nAnonPages: 1000 kB\nSlab: 1000 kB\n`;
    expect(check({ meminfo })).toEqual([]);
  });
});
