import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

describe("page cache", () => {
  it.each(["lore-raid-desktop-f38", "vendor-memkernel-455g", "lore-nfs-server-187g-el9"])(
    "of most of a healthy machine is the first thing that is said: %s",
    (name) => {
      const path = `${name}/proc/meminfo`;
      if (!hasCapture(path)) return;
      const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(path) }));
      expect(verdict.status).toBe("healthy");
      expect(verdict.headline).toContain("page cache");
      expect(findings[0]?.id).toBe("page-cache");
    },
  );

  const hadoop = "hadoop-worker-slab-64g/proc/meminfo";
  it.skipIf(!hasCapture(hadoop))("is known before MemAvailable was printed (2.6)", () => {
    const { verdict } = reportSnapshot(snapshotOf({ meminfo: readCapture(hadoop) }));
    expect(verdict.status).toBe("healthy");
    expect(verdict.headline).toContain("page cache");
  });

  it("does not excuse a machine that can get little of it back", () => {
    const meminfo = meminfoText({ total: 16, cache: 8, anon: 7 }).replace(
      /MemAvailable: \d+/,
      "MemAvailable: 1000000",
    );
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(verdict.status).toBe("watch");
    expect(findings.map(({ id }) => id)).not.toContain("page-cache");
  });
});
