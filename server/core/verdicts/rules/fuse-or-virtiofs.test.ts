import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

describe("a file system served by a program", () => {
  it("that does not take its pages back is named (WritebackTmp, before 6.16)", () => {
    const meminfo = meminfoText({ total: 16, own: { WritebackTmp: 2 } });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(verdict).toMatchObject({ status: "watch", bucket: "writebackTmp" });
    expect(findings[0]?.id).toBe("fuse-or-virtiofs");
  });

  it("with very many inodes is named and no leak", () => {
    const slabs = 200_000;
    const slabinfo = `slabinfo - version: 2.1\nfuse_inode ${slabs * 36} ${slabs * 36} 896 36 8 : tunables 0 0 0 : slabdata ${slabs} ${slabs} 0\n`;
    const meminfo = meminfoText({ total: 64, own: { KReclaimable: 6.2 } }).replace(
      /SReclaimable: \d+ kB/,
      `SReclaimable: ${Math.round(6.2 * 1024 ** 2)} kB`,
    );
    const { findings } = reportSnapshot(snapshotOf({ meminfo, slabinfo }));
    expect(findings.find(({ id }) => id === "fuse-or-virtiofs")).toMatchObject({
      ...{ bucket: "slabReclaimable", holders: [{ name: "fuse_inode" }] },
    });
  });

  const laptop = "pcp-laptop-15g/proc";
  it.skipIf(!hasCapture(`${laptop}/slabinfo`))("of a desktop is none", () => {
    const { findings } = reportSnapshot(
      snapshotOf({
        meminfo: readCapture(`${laptop}/meminfo`),
        slabinfo: readCapture(`${laptop}/slabinfo`),
      }),
    );
    expect(findings.map(({ id }) => id)).not.toContain("fuse-or-virtiofs");
  });
});
