import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

const CASE =
  "gh-xsos-286-vmware-balloon/sos_commands/vmware/vmware-toolbox-cmd_stat_raw_text_resources";
const modules = "vmw_balloon 24576 0 - Live 0xffffffffc0a3f000\n";
const guest = (hidden: number) => meminfoText({ total: 31.5, anon: 6, hidden });

describe("VMware's balloon", () => {
  it.skipIf(!hasCapture(CASE))("of 15.9 of 31.5 GiB is named, and held by the host", () => {
    // The tool's output is real; the meminfo beside it is written, the case has none.
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: guest(16.5), balloon: readCapture(CASE), modules }),
    );
    expect(verdict).toMatchObject({ status: "held", bucket: "allocpage" });
    expect(findings[0]).toMatchObject({ id: "vmware-balloon", severity: "critical" });
    expect(findings[0]?.bytes.upper).toBe(16_712_052 * 1024);
  });

  it("that is empty is ruled out, and a leak stays a leak", () => {
    const { verdict, findings, ruledOut } = reportSnapshot(
      snapshotOf({ meminfo: guest(16), balloon: "guest.mem.ballooned = 0", modules }),
    );
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(findings.map(({ id }) => id)).not.toContain("vmware-balloon");
    expect(ruledOut.map(({ id }) => id)).toContain("vmware-balloon");
  });

  it("that only the module hints at is asked about, with no byte proven", () => {
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo: guest(16), modules }));
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(findings.find(({ id }) => id === "vmware-balloon")).toMatchObject({
      bytes: { lower: 0 },
    });
  });

  it("on a guest with nothing missing is not mentioned", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: guest(0.3), modules }));
    expect(findings.map(({ id }) => id)).not.toContain("vmware-balloon");
  });

  it("of 100 MiB is everyday life", () => {
    const { verdict } = reportSnapshot(
      snapshotOf({ meminfo: guest(0.4), balloon: "guest.mem.ballooned = 102400", modules }),
    );
    expect(verdict.status).toBe("healthy");
  });
});
