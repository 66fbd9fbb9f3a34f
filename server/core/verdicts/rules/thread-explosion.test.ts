import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "../../parse/captures.test-support";
import { parsePidStatus } from "../../parse/pid-files";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { findingOf, meminfoOf, reportOn } from "../rule.test-support";

const AT_REST = "vendor-memkernel-455g/proc/meminfo";
const ps = (threads: number) =>
  `    PID    NLWP   RSS COMMAND\n    800  ${threads}  900000 java\n    801  4  90000 sshd\n`;

describe("kernel stacks", () => {
  it("of 1.2 GiB of 16 are held by the process that has the threads", () => {
    const { verdict, ...report } = reportOn({
      meminfo: meminfoOf({ KernelStack: 1_250 }),
      ps: ps(78_000),
    });
    expect(verdict).toMatchObject({ status: "held", bucket: "kernelStack" });
    expect(verdict.headline).toContain("78000 threads of java (pid 800)");
    expect(findingOf({ verdict, ...report }, "thread-explosion")?.holders[0]).toMatchObject({
      pid: 800,
      bytes: { upper: 78_000 * 16 * 1024 },
    });
  });

  it("of nobody who is known stay suspect", () => {
    const { verdict } = reportOn({ meminfo: meminfoOf({ KernelStack: 1_250 }) });
    expect(verdict.status).toBe("suspect");
  });

  it("of many processes of one program add up", () => {
    const rows = Array.from({ length: 30_000 }, (_, id) => `${id + 100} 1 500 sh\n`).join("");
    const report = reportOn({
      meminfo: meminfoOf({ KernelStack: 480 }),
      ps: `PID NLWP RSS COMMAND\n${rows}`,
    });
    expect(findingOf(report, "thread-explosion")?.holders[0]).toMatchObject({
      comm: "sh",
      count: 30_000,
    });
    expect(report.verdict.status).toBe("watch");
  });

  it.skipIf(!hasCapture(AT_REST))("of 1.3 GiB on 455 GiB are no finding", () => {
    const report = reportSnapshot(snapshotOf({ meminfo: readCapture(AT_REST) }));
    expect(findingOf(report, "thread-explosion")).toBeUndefined();
  });
});

it("31,500 threads of one process, measured: 2.1 % of RAM are worth a look", () => {
  const of = (name: string) => readFixture(`live-many-threads/${name}`);
  const rows = parsePidStatus(of("pids.status")).value;
  const report = reportSnapshot({
    ...snapshotOf({ meminfo: of("proc/meminfo"), zoneinfo: of("proc/zoneinfo") }),
    processTables: [{ file: "pids.status", via: "status", rows }],
  });
  expect(report.verdict).toMatchObject({ status: "watch", bucket: "kernelStack" });
  expect(report.findings[0]?.holders).toMatchObject([{ comm: "memgen", count: 31_501 }]);
});
