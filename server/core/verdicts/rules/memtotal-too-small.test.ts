import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const dimms = (count: number) => "Memory Device\n\tSize: 16 GB\n".repeat(count);

describe("MemTotal", () => {
  it("far below the modules that are plugged in is worth a look", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 46 }), dmidecode: dimms(4) }),
    );
    expect(verdict.status).toBe("watch");
    expect(findings[0]).toMatchObject({ id: "memtotal-too-small", bytes: { upper: 18 * GIB } });
  });

  it("less by a crash kernel is as it was set up", () => {
    const dmesg =
      "[    0.0] Reserving 2048MB of memory at 2752MB for crashkernel (System RAM: 16383MB)\n[    0.1] Memory: 13000000K/16776760K available (14339K kernel code)\n";
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 13.6 }), dmesg }),
    );
    expect(verdict.status).toBe("healthy");
    expect(findings[0]).toMatchObject({ id: "memtotal-too-small", severity: "info" });
    expect(findings[0]?.evidence).toHaveLength(2);
  });

  const worker = "hotsos-k8s-worker-2004";
  it.skipIf(!hasCapture(`${worker}/proc/meminfo`))(
    "4 % below is what the kernel keeps (5.4)",
    () => {
      const { findings } = reportSnapshot(
        snapshotOf({
          meminfo: readCapture(`${worker}/proc/meminfo`),
          dmesg: readCapture(`${worker}/sos_commands/kernel/dmesg`),
        }),
      );
      expect(findings.map(({ id }) => id)).not.toContain("memtotal-too-small");
    },
  );
});
