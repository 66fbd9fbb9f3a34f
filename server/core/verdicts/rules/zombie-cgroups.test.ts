import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "../../parse/captures.test-support";
import { parseCgroupMemory, parseProcCgroups } from "../../parse/cgroup-memory";
import { parsePidCgroup, parsePidStatus } from "../../parse/pid-files";
import { reportSnapshot } from "../../report-snapshot";
import type { Snapshot } from "../../snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { findingOf, meminfoOf, reportOn } from "../rule.test-support";

const LIVE = "live-cgroup-zombies/snap";
const DEBIAN = "lore-debian-pam-cgroup-zombies-4.9";

function live(change: Partial<Record<"status" | "cgroup", string>> = {}): Snapshot {
  const read = (name: string) => readFixture(`${LIVE}/${name}`);
  const cgroups = read("cgroup.memory");
  const status = change.status ?? read("pids.status");
  const cgroup = change.cgroup ?? read("pids.cgroup");
  return {
    ...snapshotOf({ meminfo: read("proc/meminfo"), zoneinfo: read("proc/zoneinfo") }),
    cgroupMemory: { file: "cgroup.memory", value: parseCgroupMemory(cgroups).value },
    cgroupCounts: { file: "cgroups", value: parseProcCgroups(read("proc/cgroups")).value },
    processTables: [
      { file: "pids.status", via: "status", rows: parsePidStatus(status).value },
      { file: "pids.cgroup", via: "cgroup", rows: parsePidCgroup(cgroup).value },
    ],
    texts: new Map([["cgroup.memory", cgroups]]),
  };
}

describe("removed cgroups on cgroup v1", () => {
  it("are the groups that the kernel knows and no directory shows", () => {
    const report = reportSnapshot(live());
    expect(findingOf(report, "zombie-cgroups")).toMatchObject({
      holders: [{ kind: "cgroup", count: 2_606 }],
      evidence: [{ value: 2_617 }, { value: 11 }, { text: "Percpu" }],
    });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "percpu" });
  });

  it.each([
    ["without the kernel's own threads", { status: "/proc/9/status:Name:\tsh\n" }],
    ["with a process in a group that is not shown", { cgroup: "/proc/9/cgroup:4:memory:/far\n" }],
  ])("are not counted in the view of a container: %s", (_why, change) => {
    expect(findingOf(reportSnapshot(live(change)), "zombie-cgroups")).toBeUndefined();
  });

  it.skipIf(!hasCapture(DEBIAN))("are counted by a kernel that has the backport", () => {
    const path = "/sys/fs/cgroup/memory/cgroup.stat:";
    const text = readCapture(`${DEBIAN}/sys/fs/cgroup/memory/cgroup.stat`);
    const counts = readCapture(`${DEBIAN}/proc/cgroups`);
    const report = reportSnapshot({
      ...snapshotOf({ cgroups: text.trim().replace(/^/gm, path) }),
      cgroupCounts: { file: "cgroups", value: parseProcCgroups(counts).value },
    });
    expect(report.findings[0]?.holders[0]?.count).toBe(360);
    expect(report.verdict.status).toBe("suspect");
  });
});

describe("removed cgroups on cgroup v2", () => {
  it("are counted for memory alone where the kernel does so", () => {
    const cgroups =
      "/sys/fs/cgroup/cgroup.stat:nr_dying_descendants 9000\n/sys/fs/cgroup/cgroup.stat:nr_dying_subsys_memory 30\n";
    expect(findingOf(reportOn({ cgroups }), "zombie-cgroups")).toBeUndefined();
  });

  it("of the tree without memory say nothing where both versions are mounted", () => {
    const cgroups =
      "/sys/fs/cgroup/unified/cgroup.stat:nr_dying_descendants 9000\n/sys/fs/cgroup/memory/memory.usage_in_bytes:1000\n";
    expect(findingOf(reportOn({ cgroups }), "zombie-cgroups")).toBeUndefined();
  });
});

describe("per-CPU memory", () => {
  it("of 300 MiB for each CPU is worth a look, its owner unknown", () => {
    const meminfo = readFixture("live-percpu-map/proc/meminfo");
    const zoneinfo = readFixture("live-percpu-map/proc/zoneinfo");
    const report = reportOn({ meminfo, zoneinfo }, { cpus: 2 });
    expect(findingOf(report, "zombie-cgroups")).toMatchObject({ severity: "warning", holders: [] });
    expect(report.verdict).toMatchObject({ status: "watch", bucket: "percpu" });
  });

  it("of 1.3 GiB on 128 CPUs is what so many CPUs need", () => {
    const meminfo = meminfoOf({ MemTotal: 131_072, Percpu: 1_350 });
    expect(findingOf(reportOn({ meminfo }, { cpus: 128 }), "zombie-cgroups")).toBeUndefined();
  });
});
