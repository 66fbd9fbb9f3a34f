import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const PAGES = GIB / 4096;
/** Written from the layout of mm_stat; pool and stored pages in GiB. */
const node = (pool: number, stored: number) => ({
  meminfo: meminfoText({ total: 8, hidden: pool + 0.05, anon: 2 }),
  vmstat: `nr_free_pages 1\nnr_zspages ${pool * PAGES}\n`,
  zram: `/sys/block/zram0/mm_stat: ${Math.round(stored * GIB)} ${Math.round(pool * 0.95 * GIB)} ${pool * GIB} 0 ${pool * GIB} 0 0 0 0\n`,
});

describe("swap compressed in memory", () => {
  it("that hardly compresses is held by its device", () => {
    const { verdict, findings } = reportSnapshot(snapshotOf(node(2, 2.1)));
    expect(verdict).toMatchObject({ status: "held", bucket: "zpool" });
    expect(findings[0]).toMatchObject({ id: "compressed-swap", holders: [{ name: "zram0" }] });
  });

  it("that does its work is a bucket like others, and no leak", () => {
    const { verdict, findings, composition } = reportSnapshot(snapshotOf(node(2, 7)));
    expect(verdict.status).toBe("healthy");
    expect(findings[0]).toMatchObject({ id: "compressed-swap", severity: "info" });
    expect(composition?.buckets.find(({ id }) => id === "zpool")?.bytes).toBe(2 * GIB);
  });

  it("before nr_zspages (4.8) is what zram itself says", () => {
    const { meminfo, zram } = node(2, 7);
    const { composition } = reportSnapshot(snapshotOf({ meminfo, zram }));
    expect(composition?.buckets.find(({ id }) => id === "zpool")?.bytes).toBe(2 * GIB);
  });

  it("in zswap on zbud adds to zspages, on zsmalloc it is in them", () => {
    const pool = (zspages: number) => {
      const meminfo = meminfoText({ total: 8, hidden: 2, views: { Zswap: 1, Zswapped: 3 } });
      const vmstat = `nr_free_pages 1\nnr_zspages ${zspages * PAGES}\n`;
      const { composition } = reportSnapshot(snapshotOf({ meminfo, vmstat }));
      return composition?.buckets.find(({ id }) => id === "zpool")?.bytes;
    };
    expect(pool(0)).toBe(GIB);
    expect(pool(1.25)).toBe(1.25 * GIB);
  });

  const chromebook = "chromeos-laptop-6.6/proc/meminfo";
  it.skipIf(!hasCapture(chromebook))("that is empty is no topic (6.6)", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(chromebook) }));
    expect(findings.map(({ id }) => id)).not.toContain("compressed-swap");
  });
});
