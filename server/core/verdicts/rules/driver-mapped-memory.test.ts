import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB, MIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const VIRTUALBOX = "lore-virtualbox-oom-2.6.36/var/log/messages";
const NFSD = "lore-nfsd-pagefrag-oom-arm-6.8/dmesg.txt";
const lists = { "Active(file)": 0.5, "Inactive(file)": 0.5 };

describe("memory mapped by processes and on no list", () => {
  it.skipIf(!hasCapture(VIRTUALBOX))(
    "is told from a leak in the report of an OOM kill (2.6.36)",
    () => {
      const { verdict, findings } = reportSnapshot(snapshotOf({ dmesg: readCapture(VIRTUALBOX) }));
      expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
      expect(findings[0]?.id).toBe("driver-mapped-memory");
      // mapped 1,070,692 kB less 1,676 of file lists, 40 unevictable and 77,588 of shared memory.
      expect(findings[0]?.bytes.lower).toBe((1_070_692 - 1676 - 40 - 77_588) * 1024);
    },
  );

  it.skipIf(!hasCapture(NFSD))("is not claimed of pages that nobody has mapped", () => {
    const { findings } = reportSnapshot(snapshotOf({ dmesg: readCapture(NFSD) }));
    expect(findings.map(({ id }) => id)).not.toContain("driver-mapped-memory");
  });

  it("of a named hypervisor is its guests' memory: harmless", () => {
    const modules = "vboxdrv 520192 3 vboxnetadp,vboxnetflt, Live 0xffffffffc0a3f000 (OE)\n";
    const meminfo = meminfoText({ total: 16, hidden: 4.1, mapped: 5, views: lists });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, modules }));
    expect(verdict.status).toBe("healthy");
    expect(findings[0]?.bytes.upper).toBeGreaterThan(3 * GIB);
  });

  it("mapped files and shared memory on a desktop are none", () => {
    const meminfo = meminfoText({ total: 16, shmem: 2, mapped: 2.5, hidden: 1.2, views: lists });
    const { findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(findings.filter(({ bytes }) => bytes.upper > MIB)).toEqual([]);
  });
});
