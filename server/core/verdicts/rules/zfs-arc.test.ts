import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

/** Written from the layouts of arcstats and /proc/modules; no capture with ZFS's own files is public. */
const arcstats = (gib: number) =>
  `name type data\nsize 4 ${gib * GIB}\nc_max 4 ${32 * GIB}\ndata_size 4 ${Math.round(gib * 0.8 * GIB)}\nmetadata_size 4 ${Math.round(gib * 0.1 * GIB)}\n`;
const modules = "zfs 4034560 6 - Live 0xffffffffc0a3f000 (POE)\n";
const host = (hidden: number) => meminfoText({ total: 64, hidden });

describe("the cache of ZFS", () => {
  it("of 28 of 64 GiB in no counter has a name, and the node is healthy", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: host(28), arcstats: arcstats(28), modules }),
    );
    expect(verdict.status).toBe("healthy");
    expect(verdict.headline).toContain("ZFS");
    expect(findings[0]).toMatchObject({ id: "zfs-arc", severity: "info", bucket: "allocpage" });
    expect(findings[0]?.bytes.lower).toBeCloseTo(0.9 * 28 * GIB, -9);
    expect(findings[0]?.bytes.upper).toBeLessThanOrEqual(28.1 * GIB);
  });

  it("does not excuse a leak beside it", () => {
    const { verdict } = reportSnapshot(
      snapshotOf({ meminfo: host(40), arcstats: arcstats(10), modules }),
    );
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
  });

  it("without arcstats is a possible explanation: a question, no alarm", () => {
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo: host(20), modules }));
    expect(verdict.status).toBe("watch");
    expect(findings[0]).toMatchObject({ id: "zfs-arc", bytes: { lower: 0 } });
  });

  it("without arcstats excuses half of RAM at most, the default limit", () => {
    const { verdict } = reportSnapshot(snapshotOf({ meminfo: host(44), modules }));
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
  });

  it("buffers that the SPL keeps in vmalloc are not counted a second time", () => {
    const splSlab = `zio_data_buf_131072 0x00042 ${8 * GIB} ${8 * GIB} 1064960 131072 80 80 200 640 638 1600 0 0 0\n`;
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo: host(20), arcstats: arcstats(20), splSlab }),
    );
    const arc = findings.find(({ id }) => id === "zfs-arc");
    expect(arc?.bytes.lower).toBeCloseTo(10 * GIB, -8);
  });

  const desktop = "gh-zfs-3209-healthy/proc/meminfo";
  it.skipIf(!hasCapture(desktop))("is not claimed where nothing says that ZFS runs", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(desktop) }));
    expect(findings.map(({ id }) => id)).not.toContain("zfs-arc");
  });
});
