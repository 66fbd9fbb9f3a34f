import { describe, expect, it } from "vitest";
import { findingOf, meminfoOf, reportOn } from "../rule.test-support";

const ps = "    PID   RSS COMMAND\n    900 8388608 qemu-kvm\n    901 1000 sshd\n";

// No host of guests was at hand: the numbers are written, the fields are the kernel's.
describe("tables of guests and devices", () => {
  it("of 2 % of RAM are to be watched, with the guests they are for", () => {
    const report = reportOn({ meminfo: meminfoOf({ SecPageTables: 330 }), ps });
    expect(findingOf(report, "second-level-page-tables")?.holders).toMatchObject([
      { pid: 900, bytes: { upper: 8 * 1024 ** 3 } },
    ]);
    expect(report.verdict).toMatchObject({ status: "watch", bucket: "secPageTables" });
  });

  it("of a 512th of the guests are what they must be", () => {
    const report = reportOn({ meminfo: meminfoOf({ SecPageTables: 17 }), ps });
    expect(findingOf(report, "second-level-page-tables")).toBeUndefined();
  });

  it("before 6.1 are in no counter, and too small to be what is missing", () => {
    const meminfo = meminfoOf({ MemFree: 2_000 }, { unexplained: 3_000 });
    const [excluded] = reportOn({ meminfo, ps }).ruledOut.filter(
      ({ id }) => id === "second-level-page-tables",
    );
    expect(excluded?.bytes.upper).toBe((8 * 1024 ** 3) / 512);
  });
});
