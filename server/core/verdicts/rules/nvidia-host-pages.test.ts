import { describe, expect, it } from "vitest";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "nvidia-host-pages";
const modules = "nvidia_uvm 4755456 2 - Live 0xffffffffc1a3f000 (POE)\n";

describe("host memory of NVIDIA cards", () => {
  it("up to a tenth of RAM is usual, and no leak", () => {
    const report = reportOn({ meminfo: meminfoWith(1.5), modules });
    expect(findingOf(report, ID)).toMatchObject({ severity: "info", bytes: { lower: 0 } });
    expect(["healthy", "watch"]).toContain(report.verdict.status);
  });

  it("does not hide a leak that is larger", () => {
    const report = reportOn({ meminfo: meminfoWith(5), modules });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
  });

  it("is exact where call sites name the driver", () => {
    const allocinfo = `${700_000 * 4096} 700000 nvidia/nv-vm.c:300 [nvidia] func:nv_alloc_system_pages\n`;
    const report = reportOn({ meminfo: meminfoWith(3), modules, allocinfo });
    expect(findingOf(report, ID)?.bytes).toEqual({ lower: 700_000 * 4096, upper: 700_000 * 4096 });
    expect(["suspect", "held"]).not.toContain(report.verdict.status);
  });

  it("is not spoken of where no such driver is loaded", () => {
    expect(findingOf(reportOn({ meminfo: meminfoWith(1.5) }), ID)).toBeUndefined();
  });

  it("that is large belongs to the programs on the cards, or is a leak when there are none", () => {
    const open = reportOn({
      meminfo: meminfoWith(4),
      modules,
      fd: "/proc/77/fd/3 /dev/nvidia0\n/proc/78/fd/3 /dev/null\n",
    });
    expect(open.verdict.status).toBe("held");
    expect(findingOf(open, ID)?.holders[0]).toMatchObject({ kind: "process", pid: 77 });
    const unused = reportOn({ meminfo: meminfoWith(4), modules, fd: "/proc/78/fd/3 /dev/null\n" });
    expect(unused.verdict.status).toBe("suspect");
    expect(unused.verdict.headline).toContain("no program uses one");
  });
});
