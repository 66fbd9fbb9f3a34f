import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const zoneinfo = (managedGib: number) =>
  `Node 0, zone   Normal\n  pages free     1000000\n        managed  ${(managedGib * GIB) / 4096}\n`;

describe("a container's view", () => {
  const lxd = "hotsos-vault-lxd-2004/proc/meminfo";
  it.skipIf(!hasCapture(lxd))("of lxcfs is refused: Slab 0 (5.4)", () => {
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(lxd) }));
    expect(verdict.status).toBe("inconsistent");
    expect(findings.map(({ id }) => id)).toContain("container-view");
  });

  it("beside the host's zones is refused, in either direction", () => {
    for (const managed of [64, 4]) {
      const { verdict } = reportSnapshot(
        snapshotOf({ meminfo: meminfoText({ total: 8 }), zoneinfo: zoneinfo(managed) }),
      );
      expect(verdict.status).toBe("inconsistent");
    }
  });

  it("is what counters of a fifth more than MemTotal mean, whatever else is printed", () => {
    const meminfo = meminfoText({ total: 8, anon: 9, hidden: -2 }).replace(
      /MemFree: -?\d+/,
      "MemFree: 0",
    );
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(verdict.status).toBe("inconsistent");
    expect(findings[0]).toMatchObject({ id: "container-view" });
    expect(findings[0]?.confidence).toBeLessThan(0.8);
  });

  it("is not seen where both are of one machine", () => {
    const { verdict } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 8 }), zoneinfo: zoneinfo(8) }),
    );
    expect(verdict.status).toBe("healthy");
  });
});
