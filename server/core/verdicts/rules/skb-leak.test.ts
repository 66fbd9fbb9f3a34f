import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "skb-leak";
const GIB_IN_PAGES = 262_144;
const slabinfo = (gib: number) =>
  `slabinfo - version: 2.1\nskbuff_head_cache ${gib * 4_194_304} ${gib * 4_194_304} 256 16 1 : tunables 0 0 0 : slabdata ${gib * GIB_IN_PAGES} ${gib * GIB_IN_PAGES} 0\n`;
const meminfo = meminfoWith(3.2)
  .replace("Slab: 600000", "Slab: 3745728")
  .replace("SUnreclaim: 200000", "SUnreclaim: 3345728");
const sockstat = (pages: number) =>
  `sockets: used 90\nTCP: inuse 5 orphan 0 tw 0 alloc 9 mem ${pages}\n`;

describe("packet buffers", () => {
  it("that no socket holds are leaked by a driver", () => {
    const modules = "xmm 20480 0 - Live 0xffffffffc0a3f000 (OE)\n";
    const report = reportOn({ meminfo, slabinfo: slabinfo(3), sockstat: sockstat(20), modules });
    expect(report.findings[0]).toMatchObject({ id: ID });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "slabUnreclaimable" });
    expect(findingOf(report, ID)?.holders.map(({ name }) => name)).toEqual([
      "skbuff_head_cache",
      "xmm",
    ]);
  });

  it("that sockets own up to are theirs", () => {
    const report = reportOn({ meminfo, slabinfo: slabinfo(3), sockstat: sockstat(600_000) });
    expect(findingOf(report, ID)).toBeUndefined();
    expect(report.ruledOut.map(({ id }) => id)).toContain(ID);
  });
});

describe.skipIf(!hasCapture("hotsos-k8s-worker-2004"))(
  "a public capture of a healthy worker",
  () => {
    it("has packet buffers, and no finding", () => {
      const at = "hotsos-k8s-worker-2004/proc";
      const report = reportOn({
        meminfo: readCapture(`${at}/meminfo`),
        slabinfo: readCapture(`${at}/slabinfo`),
      });
      expect(findingOf(report, ID)).toBeUndefined();
    });
  },
);
