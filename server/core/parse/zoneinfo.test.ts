import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseZoneinfo, type Zoneinfo } from "./zoneinfo";

const pcpPages = ({ zones }: Zoneinfo) =>
  zones.flatMap((zone) => zone.pcpCounts).reduce((total, { value }) => total + value, 0);
const managedPages = ({ zones }: Zoneinfo) =>
  zones.reduce((total, zone) => total + (zone.pages.get("managed")?.value ?? 0), 0);

describe("zoneinfo of a real node", () => {
  it("6.18: lists that tune themselves, with high_max as the ceiling", () => {
    const { value, skipped } = parseZoneinfo(readFixture("live-memsnap-incident/proc/zoneinfo"));
    expect(skipped).toEqual([]);
    expect(value.zones.map((zone) => zone.zone)).toEqual([
      "DMA",
      "DMA32",
      "Normal",
      "Movable",
      "Device",
    ]);
    expect(pcpPages(value)).toBe(79_860 + 43_713);
    const normal = value.zones[2];
    expect(normal?.pcpHighMaxPages).toBe(2 * 294_912);
    expect(normal?.pages.get("managed")).toEqual({ value: 4_718_592, line: 154 });
    expect(normal?.pages.get("nr_free_pages")?.value).toBe(93_626);
    expect(normal?.pcpCounts[0]).toEqual({ value: 79_860, line: 176 });
  });

  it("the block of the node is kept apart from its first zone", () => {
    const { value } = parseZoneinfo(readFixture("live-memsnap-incident/proc/zoneinfo"));
    expect(value.perNode.get(0)?.get("nr_file_pages")?.value).toBe(3_485_005);
    expect(value.zones[0]?.pages.has("nr_file_pages")).toBe(false);
  });

  it("6.1: no high_max, so high is the ceiling; managed adds up to MemTotal", () => {
    const { value } = parseZoneinfo(readFixture("guest-6.1-virtio-incident/proc/zoneinfo"));
    expect(pcpPages(value)).toBe(485 + 1831 + 1222);
    expect(value.zones.map((zone) => zone.pcpHighMaxPages)).toEqual([
      108,
      14_338,
      6670,
      undefined,
      undefined,
    ]);
    expect(managedPages(value) * 4).toBe(2_974_936);
  });

  const v313 = "procsnap-ubuntu1404-3.13/proc/zoneinfo";
  it.skipIf(!hasCapture(v313))("3.13: no block of the node", () => {
    const { value, skipped } = parseZoneinfo(readCapture(v313));
    expect(skipped).toEqual([]);
    expect(value.perNode.size).toBe(0);
    expect(value.zones.flatMap((zone) => zone.pcpCounts)).toHaveLength(24);
    expect(pcpPages(value)).toBe(2142);
    expect(managedPages(value)).toBe(3963 + 825_415 + 1_203_593);
    expect(value.zones[0]?.pages.get("high")?.value).toBe(48);
  });

  const twoNodes = "pcp-vm-7g8-510/proc/zoneinfo";
  it.skipIf(!hasCapture(twoNodes))("5.10: two NUMA nodes with a block each", () => {
    const { value } = parseZoneinfo(readCapture(twoNodes));
    expect(value.zones.map((zone) => zone.numaNode)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(value.perNode.get(0)?.get("nr_inactive_anon")?.value).toBe(10_469);
    expect(value.perNode.get(1)?.get("nr_inactive_anon")?.value).toBe(22_434);
  });
});

describe("zoneinfo of odd make", () => {
  it("2.6: hot and cold lists of one CPU are two counts", () => {
    const text = [
      "Node 0, zone      DMA",
      "  pages free     2842",
      "        scanned  0 (a: 6 i: 0)",
      "  pagesets",
      "    cpu: 0 pcp: 0",
      "              count: 3",
      "              low:   0",
      "              high:  12",
      "    cpu: 0 pcp: 1",
      "              count: 4",
      "              high:  4",
      "  prev_priority:     12",
    ].join("\r\n");
    const { value, skipped } = parseZoneinfo(text);
    expect(skipped).toEqual([]);
    expect(pcpPages(value)).toBe(7);
    expect(value.zones[0]?.pages.get("scanned")?.value).toBe(0);
    expect(value.zones[0]?.pcpHighMaxPages).toBe(16);
  });

  it("counters before any zone belong to nobody and are reported", () => {
    const { skipped } = parseZoneinfo("nr_free_pages 5\nNode 0, zone DMA");
    expect(skipped).toEqual([{ line: 1, text: "nr_free_pages 5" }]);
    expect(() => parseZoneinfo("nr_free_pages 5")).toThrow(ParseError);
  });

  it("a bad line inside a zone is reported, the zone goes on", () => {
    const { value, skipped } = parseZoneinfo("Node 0, zone DMA\n*** lost ***\ncount: 5");
    expect(skipped).toEqual([{ line: 2, text: "*** lost ***" }]);
    expect(pcpPages(value)).toBe(5);
  });

  const good = "Node 1, zone   Normal\n  pages free     93626\n              count:    79860";
  const pick = ({ zones }: Zoneinfo) =>
    zones.map(({ pages, pcpCounts }) => [pages.get("free")?.value, pcpCounts[0]?.value]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseZoneinfo, good));
  it("a good zone is never lost", () => expectNeverLost({ parse: parseZoneinfo, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseZoneinfo, good, pick }),
    5000,
  );
});
