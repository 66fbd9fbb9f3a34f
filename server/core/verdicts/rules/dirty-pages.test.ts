import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

describe("dirty pages", () => {
  const storm = "lore-slabstats-dirty-7g-2.6.12/proc";
  it.skipIf(!hasCapture(`${storm}/meminfo`))(
    "of 83 % of memory are a warning, no leak (2.6.12)",
    () => {
      const { verdict, findings } = reportSnapshot(
        snapshotOf({ meminfo: readCapture(`${storm}/meminfo`) }),
      );
      expect(verdict).toMatchObject({ status: "watch" });
      expect(verdict.bucket).toBeUndefined();
      expect(findings[0]?.id).toBe("dirty-pages");
    },
  );

  it("at the kernel's own limit make writers wait, however small their share", () => {
    const meminfo = meminfoText({ total: 64, cache: 20, views: { Dirty: 3, Writeback: 1 } });
    const vmstat = `nr_free_pages 1\nnr_dirty_threshold ${(3.5 * 1024 ** 3) / 4096}\n`;
    const { findings } = reportSnapshot(snapshotOf({ meminfo, vmstat }));
    expect(findings[0]?.id).toBe("dirty-pages");
  });

  it("of a busy but healthy node are none (6.18)", () => {
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo: readFixture("live-memsnap-incident/proc/meminfo") }),
    );
    expect(findings.map(({ id }) => id)).not.toContain("dirty-pages");
  });
});
