import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

// maps of 6.18: rings of 16 MiB and their head page.
const maps = (count: number) =>
  Array.from({ length: count }, (_, at) => {
    const from = 0x7f0000000000 + at * 0x1001000;
    return `/proc/9027/maps:${from.toString(16)}-${(from + 0x1001000).toString(16)} rw-s 00000000 00:10 17    anon_inode:[perf_event]\n`;
  }).join("");
const stat = `9027 (falcon) S 1 ${"0 ".repeat(19)}500 0\n`;

describe("buffers of perf events", () => {
  it("are held by the process that has them mapped", () => {
    const { verdict, findings } = report({ meminfo: nodeMissing(2_800), maps: maps(170), stat });
    expect(findings[0]).toMatchObject({
      id: "perf-or-ftrace-buffers",
      bytes: { lower: 170 * (16 * 1024 ** 2 + 4096) },
      holders: [{ pid: 9027, comm: "falcon", count: 170 }],
    });
    expect(verdict.status).toBe("held");
  });

  it("that only VmPin bounds are not blamed where unread sockets could hold as much", () => {
    const ss =
      'ESTAB 400000 0 127.0.0.1:80 127.0.0.1:40000 users:(("app",pid=7,fd=3)) ino:1 sk:1 <-> skmem:(r9000000,rb1,t0,tb1,f0,w0,o0,bl0,d0)\n';
    const pinned = (texts: Texts) => {
      const snapshot = snapshotOf({
        meminfo: nodeMissing(2_750),
        fd: "/proc/9027/fd/5 anon_inode:[perf_event]\n",
        ...texts,
      });
      const rows = [{ pid: 9027, line: 1, comm: "falcon", vmPin: 2_700 * 1024 ** 2 }];
      const processTables = [{ file: "status", via: "status" as const, rows }];
      return reportSnapshot({ ...snapshot, processTables }).findings.map(({ id }) => id);
    };
    expect(pinned({})).toContain("perf-or-ftrace-buffers");
    const found = pinned({ ss });
    expect(found).toContain("socket-queue-pins-pages");
    expect(found).not.toContain("perf-or-ftrace-buffers");
  });

  it("of a profiler's usual size are no finding", () => {
    expect(ids({ meminfo: nodeMissing(60), maps: maps(2), stat })).toEqual([]);
  });
});

describe("buffers of the tracer", () => {
  it("are named with the file that tells their size", () => {
    const { verdict, findings } = report({ meminfo: nodeMissing(2_750), tracefs: "2764800\n" });
    expect(findings[0]).toMatchObject({
      id: "perf-or-ftrace-buffers",
      bytes: { lower: 2_700 * 1024 ** 2 },
      holders: [{ name: "the tracer's own buffer" }],
      evidence: [{ file: "tracefs", line: 1, raw: "2764800" }],
    });
    expect(verdict.status).toBe("suspect");
  });

  it("that nobody used are one page per CPU", () => {
    expect(ids({ meminfo: nodeMissing(2_750), tracefs: "14 (expanded: 2816)\n" })).not.toContain(
      "perf-or-ftrace-buffers",
    );
  });
});
