import { describe, expect, it } from "vitest";
import { parseSysvMessages } from "../../parse/sysvipc-msg";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { MIB } from "../../units";
import { findingOf, meminfoOf, reportOn, slabinfoOf } from "../rule.test-support";

const HEADING =
  "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n";
const queue = (id: number, mib: number) =>
  `0 ${id} 600 ${mib * MIB} ${mib * 128} 300 0 0 0 0 0 1 0 1\n`;

function reportWith(queues: string, mib: Record<string, number>) {
  const snapshot = snapshotOf({
    meminfo: meminfoOf(mib),
    slabinfo: slabinfoOf(["kmalloc-cg-4k", 500_000, 500_000, 4096, 8, 8]),
    ps: "    PID   RSS COMMAND\n    300 1000 producer\n",
  });
  const value = parseSysvMessages(HEADING + queues).value;
  return reportSnapshot({ ...snapshot, sysvMessages: { file: "msg", value } });
}

describe("messages that nobody receives", () => {
  it("explain the size class they lie in, and name queue and sender", () => {
    const report = reportWith(queue(7, 1_900), { SUnreclaim: 2_200 });
    expect(report.verdict).toMatchObject({ status: "held", bucket: "slabUnreclaimable" });
    expect(report.verdict.headline).toContain("producer (pid 300)");
    expect(report.findings[0]).toMatchObject({
      id: "ipc-or-timer-leak",
      holders: [{ kind: "ipc", name: "message queue 7", count: 1_900 * 128 }],
    });
    // The same bytes are not told a second time as a leak of the size class.
    const explained = report.findings
      .filter(({ bucket }) => bucket === "slabUnreclaimable")
      .reduce((sum, { bytes }) => sum + bytes.upper, 0);
    expect(explained).toBeLessThanOrEqual(2_200 * MIB);
  });

  it("of a few MiB are everyday life", () => {
    const report = reportWith(queue(7, 4), { SUnreclaim: 300 });
    expect(findingOf(report, "ipc-or-timer-leak")).toBeUndefined();
  });
});

describe("objects that a program makes one by one", () => {
  it.each([
    ["posix_timers_cache", "POSIX timers"],
    ["sigqueue", "signals"],
    ["key_jar", "keys"],
    ["msg_msg-4k", "messages"],
  ])("%s: they are %s", (name, what) => {
    const report = reportOn({
      meminfo: meminfoOf({ SUnreclaim: 2_200 }),
      slabinfo: slabinfoOf([name, 8_000_000, 8_000_000, 256, 16, 1]),
    });
    expect(report.findings[0]).toMatchObject({ id: "ipc-or-timer-leak" });
    expect(report.verdict.headline).toContain(what);
  });
});
