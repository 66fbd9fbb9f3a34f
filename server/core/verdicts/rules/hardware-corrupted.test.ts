import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

describe("hardware errors", () => {
  it("are worth a look from the first page on, and have a bucket", () => {
    const meminfo = meminfoText({ total: 16, lines: "HardwareCorrupted: 8 kB\n" });
    const { verdict, findings, composition } = reportSnapshot(snapshotOf({ meminfo }));
    expect(verdict).toMatchObject({ status: "watch", bucket: "hardwareCorrupted" });
    expect(findings[0]).toMatchObject({ id: "hardware-corrupted", bytes: { upper: 8192 } });
    expect(composition?.buckets.find(({ id }) => id === "hardwareCorrupted")?.bytes).toBe(8192);
  });

  it("that never happened are no topic (6.18)", () => {
    const meminfo = readFixture("live-memsnap-incident/proc/meminfo");
    const { findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(findings.map(({ id }) => id)).not.toContain("hardware-corrupted");
  });
});
