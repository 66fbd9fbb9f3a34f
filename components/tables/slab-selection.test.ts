import { describe, expect, it } from "vitest";
import type { SlabRow } from "@/server/core/accounting/slab";
import { selectSlabs } from "./slab-selection";

const row = (name: string, rest: Partial<SlabRow> = {}): SlabRow => ({
  name,
  bytes: 0,
  objects: 0,
  activeObjects: 0,
  objectSize: 8,
  fill: 1,
  reclaim: "unknown",
  subsystem: "other",
  evidence: { text: name, value: 0, unit: "bytes", file: "proc/slabinfo" },
  ...rest,
});

const rows = [
  row("dentry", { bytes: 50, reclaim: "reclaimable", subsystem: "file systems", fill: 0.9 }),
  row("kmalloc-4k", { bytes: 90, reclaim: "unreclaimable", growth: 40, fill: 1 }),
  row("TCP", { bytes: 10, explains: "open TCP sockets", growth: -5, fill: 0.2 }),
];
const names = (selection: Parameters<typeof selectSlabs>[1]) =>
  selectSlabs(rows, selection).rows.map(({ name }) => name);

describe("choosing slab caches", () => {
  it("shows the largest first by default", () => {
    expect(names({ reclaim: "all", sort: "bytes" })).toEqual(["kmalloc-4k", "dentry", "TCP"]);
  });

  it("finds text in name, subsystem and glossary, whatever the case", () => {
    expect(names({ reclaim: "all", sort: "bytes", search: "SOCKETS" })).toEqual(["TCP"]);
    expect(names({ reclaim: "all", sort: "bytes", search: "file sys" })).toEqual(["dentry"]);
  });

  it("adds up the bytes of what it lets through", () => {
    expect(selectSlabs(rows, { reclaim: "reclaimable", sort: "name" }).bytes).toBe(50);
  });

  it("puts a cache without an earlier look behind one that shrank", () => {
    expect(names({ reclaim: "all", sort: "growth" })).toEqual(["kmalloc-4k", "TCP", "dentry"]);
  });

  it("puts the emptiest caches first when sorted by fill", () => {
    expect(names({ reclaim: "all", sort: "fill" })).toEqual(["TCP", "dentry", "kmalloc-4k"]);
  });

  it("leaves the order of the view it was given alone", () => {
    names({ reclaim: "all", sort: "name" });
    expect(rows[0]?.name).toBe("dentry");
  });
});
