import { describe, expect, it } from "vitest";
import type { SiteView } from "@/server/core/accounting/site-view";
import {
  bucketChoices,
  callersOf,
  type ListedRow,
  matches,
  ofBucket,
  sortSites,
  sourceLabel,
  sumSites,
} from "./site-selection";

const row = (site: string, bytes: number, more: Partial<ListedRow> = {}): ListedRow => ({
  id: site,
  path: ["entry", site],
  site,
  subsystem: "network",
  bucket: "allocpage",
  bytes,
  calls: 1,
  evidence: { text: site, value: bytes, unit: "bytes", file: "a", line: 1 },
  ...more,
});
const names = (rows: readonly ListedRow[]) => rows.map(({ site }) => site);

describe("the rows of a table of sites", () => {
  const rows = [
    row("b_alloc", 5, { calls: 9, module: "ice", change: -1 }),
    row("a_alloc", 7, { bucket: "slabUnreclaimable", subsystem: "slab", change: 4 }),
    row("c_alloc", 5, { calls: 2 }),
  ];

  it("are sorted by size, growth, calls, name or module", () => {
    expect(names(sortSites(rows, "bytes"))).toEqual(["a_alloc", "b_alloc", "c_alloc"]);
    expect(names(sortSites(rows, "change"))).toEqual(["a_alloc", "c_alloc", "b_alloc"]);
    expect(names(sortSites(rows, "calls"))).toEqual(["b_alloc", "c_alloc", "a_alloc"]);
    expect(names(sortSites(rows, "module"))).toEqual(["b_alloc", "c_alloc", "a_alloc"]);
  });

  it("are found by site, frame, module and subsystem, whatever the case", () => {
    expect(names(rows.filter((each) => matches(each, "ICE")))).toEqual(["b_alloc"]);
    expect(rows.filter((each) => matches(each, "entry"))).toHaveLength(3);
    expect(names(rows.filter((each) => matches(each, "slab")))).toEqual(["a_alloc"]);
  });

  it("are let through by bucket", () => {
    expect(names(ofBucket(rows, "slabUnreclaimable"))).toEqual(["a_alloc"]);
    expect(ofBucket(rows, "all")).toHaveLength(3);
  });

  it("name their callers, innermost first, and nothing twice", () => {
    const stack = row("c", 1, { path: ["network", "ice", "a", "b", "c"], module: "ice" });
    expect(callersOf(stack)).toEqual(["b", "a"]);
    const line = row("net/core/sock.c:3056 skb", 1, {
      path: ["network", "net/core/sock.c", "skb:3056"],
    });
    expect(callersOf(line)).toEqual([]);
  });

  it("are added up by module, built-in code by subsystem", () => {
    expect(sumSites(rows, "modules")).toEqual([
      { name: "built in: slab", sites: 1, bytes: 7, calls: 1, change: 4 },
      { name: "built in: network", sites: 1, bytes: 5, calls: 2 },
      { name: "ice", subsystem: "network", sites: 1, bytes: 5, calls: 9, change: -1 },
    ]);
    expect(sumSites(rows, "subsystems").map(({ name, sites }) => [name, sites])).toEqual([
      ["slab", 1],
      ["network", 2],
    ]);
  });
});

it("the bucket that no counter shows is offered first, then all there are", () => {
  const view = {
    totalBytes: 30,
    byBucket: [
      { bucket: "slabUnreclaimable", bytes: 20 },
      { bucket: "allocpage", bytes: 10 },
    ],
  } as unknown as SiteView;
  expect(bucketChoices(view)).toEqual([
    { bucket: "allocpage", bytes: 10 },
    { bucket: "slabUnreclaimable", bytes: 20 },
    { bucket: "all", bytes: 30 },
  ]);
});

it("dumps are told apart by kind, or by file where the kind is the same", () => {
  const view = (via: SiteView["via"], file: string) => ({ via, file }) as SiteView;
  const [a, b] = [view("page-owner-stacks", "d/show_stacks"), view("allocinfo", "proc/allocinfo")];
  expect(sourceLabel(a, [a, b])).toBe("page owner stacks");
  expect(sourceLabel(b, [b, view("allocinfo", "second.txt")])).toBe("allocinfo");
});
