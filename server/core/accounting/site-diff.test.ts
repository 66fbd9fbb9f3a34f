import { describe, expect, it } from "vitest";
import { compareSites, findCounterpart } from "./site-diff";
import type { SiteRow, SiteView } from "./site-view";

const row = (id: string, bytes: number): SiteRow => ({
  id,
  path: [id],
  site: id,
  subsystem: "net",
  bucket: "allocpage",
  bytes,
  calls: 1,
  evidence: { text: id, value: bytes, unit: "bytes", file: "allocinfo", line: 1 },
});
const view = (rows: readonly SiteRow[], omitted = 0): SiteView => ({
  file: "allocinfo",
  via: "allocinfo",
  covers: "held",
  totalBytes: rows.reduce((sum, { bytes }) => sum + bytes, 0),
  byBucket: [],
  byModule: [],
  rows,
  omitted: { rows: omitted, bytes: 0 },
});
const changes = (now: SiteView, before: SiteView) =>
  compareSites(now, before).rows.map(({ id, change }) => [id, change]);

describe("two tables of sites", () => {
  it("are matched by id, growth first, shrinkage last", () => {
    const now = view([row("a", 100), row("b", 50), row("c", 10)]);
    const before = view([row("a", 100), row("b", 90), row("c", 1)]);
    expect(changes(now, before)).toEqual([
      ["c", 9],
      ["a", 0],
      ["b", -40],
    ]);
  });

  it("list what is gone with what it held", () => {
    const { rows } = compareSites(view([row("a", 5)]), view([row("a", 5), row("b", 7)]));
    expect(rows.at(-1)).toMatchObject({ id: "b", bytes: 0, before: 7, change: -7 });
  });

  it("call nothing gone when the present table is cut off", () => {
    expect(changes(view([row("a", 5)], 3), view([row("a", 5), row("b", 4)]))).toEqual([["a", 0]]);
  });

  it("say how large a site may have been that the earlier one does not list", () => {
    const compared = compareSites(view([row("n", 9)]), view([row("a", 5), row("b", 4)], 3));
    expect(compared.unlistedUpTo).toBe(4);
    expect(compared.rows[0]).toEqual(expect.objectContaining({ id: "n", change: 9 }));
    expect(compared.rows[0]).not.toHaveProperty("before");
  });

  it("are compared only with their own kind", () => {
    const page = { ...view([]), via: "page-owner" as const };
    expect(findCounterpart(view([]), [page])).toBeUndefined();
    expect(findCounterpart(view([]), [page, view([row("a", 1)])])?.rows).toHaveLength(1);
  });
});
