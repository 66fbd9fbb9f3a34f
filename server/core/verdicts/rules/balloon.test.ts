import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const HYPERV = "lore-hyperv-balloon-oom-el8/var/log/messages";
const zoneinfo = (present: number, managed: number) =>
  `Node 0, zone   Normal\n  pages free     100\n        present  ${Math.round((present * GIB) / 4096)}\n        managed  ${Math.round((managed * GIB) / 4096)}\n`;

describe("a balloon", () => {
  it.skipIf(!hasCapture(HYPERV))("that the log speaks of explains what an OOM kill missed", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ dmesg: readCapture(HYPERV) }, { kernel: "4.18.0-240.10.1.el8_3.x86_64" }),
    );
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(verdict.headline).toContain("balloon");
    expect(findings[0]).toMatchObject({ id: "balloon", bucket: "allocpage" });
  });

  // Written from fs/proc/meminfo.c (6.16+), mm/vmstat.c and drivers/hv/hv_balloon.c.
  it("that meminfo counts is its own bucket, held when it is large", () => {
    const meminfo = meminfoText({ total: 16, own: { Balloon: 6 } });
    const { verdict, findings, composition } = reportSnapshot(snapshotOf({ meminfo }));
    expect(composition?.buckets.find(({ id }) => id === "balloon")?.bytes).toBe(6 * GIB);
    expect(verdict).toMatchObject({ status: "held", bucket: "balloon" });
    expect(findings[0]?.bytes.upper).toBe(6 * GIB);
  });

  it("that has left MemTotal is not subtracted from it, and worth a look when it took much", () => {
    const meminfo = meminfoText({ total: 10, views: { Balloon: 6 } });
    const { verdict, findings, composition } = reportSnapshot(
      snapshotOf({
        meminfo,
        zoneinfo: zoneinfo(16.3, 10),
        vmstat: "nr_free_pages 1\nballoon_inflate 1572864\n",
      }),
    );
    expect(composition?.buckets.map(({ id }) => id)).not.toContain("balloon");
    expect(composition?.closes).toBe(true);
    expect(verdict.status).toBe("watch");
    expect(findings[0]).toMatchObject({ id: "balloon", explains: { upper: 0 } });
  });

  it("of virtio that still belongs to MemTotal (DEFLATE_ON_OOM) is what no counter shows", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({
        meminfo: meminfoText({ total: 16, hidden: 6.1 }),
        zoneinfo: zoneinfo(16.3, 16),
        vmstat: "nr_free_pages 1\nballoon_inflate 1572864\n",
        modules: "virtio_balloon 24576 0 - Live 0xffffffffc0a3f000\n",
      }),
    );
    expect(verdict).toMatchObject({ status: "held", bucket: "allocpage" });
    expect(findings[0]).toMatchObject({ id: "balloon", bytes: { upper: 6 * GIB } });
  });

  it("shows in MemTotal below what was available at boot", () => {
    const dmesg = "[    0.1] Memory: 16182808K/16776760K available (14339K kernel code)\n";
    const { findings } = reportSnapshot(snapshotOf({ meminfo: meminfoText({ total: 8 }), dmesg }));
    const found = findings.find(({ id }) => id === "balloon");
    expect(found?.bytes.upper).toBe(16_182_808 * 1024 - 8 * GIB);
  });

  it("of Hyper-V says in debugfs how many pages it took (before 5.11 they stay in MemTotal)", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf(
        { meminfo: meminfoText({ total: 16, hidden: 9.1 }), balloon: "pages_ballooned : 2359296" },
        { kernel: "5.4.0" },
      ),
    );
    expect(verdict).toMatchObject({ status: "held", bucket: "allocpage" });
    expect(findings[0]).toMatchObject({ id: "balloon", bytes: { upper: 9 * GIB } });
  });

  it("of a later Hyper-V kernel cannot explain pages in MemTotal", () => {
    const modules = "hv_balloon 36864 0 - Live 0xffffffffc0a3f000\n";
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16, hidden: 9 }), modules }, { kernel: "6.1.0" }),
    );
    expect(findings.map(({ id }) => id)).not.toContain("balloon");
  });

  it("driver that is loaded and idle is not mentioned", () => {
    const modules = "virtio_balloon 24576 0 - Live 0xffffffffc0a3f000\n";
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16 }), modules }),
    );
    expect(findings).toEqual([]);
  });
});
