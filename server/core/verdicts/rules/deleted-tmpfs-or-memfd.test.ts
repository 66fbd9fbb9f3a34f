import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { MIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const status = "/proc/77/status:Name:\tmedia-driver\n/proc/77/status:VmRSS:\t9000 kB\n";
const fd = "/proc/77/fd/3 /memfd:ring (deleted)\n/proc/77/fd/4 /dev/shm/buf (deleted)\n";

describe("memory behind deleted files", () => {
  it("that no process has mapped is held, with process and descriptor", () => {
    const meminfo = meminfoText({ total: 16, shmem: 4, mapped: 0.2 });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, fd, status }));
    expect(verdict).toMatchObject({ status: "held", bucket: "shmem" });
    expect(findings[0]).toMatchObject({
      id: "deleted-tmpfs-or-memfd",
      holders: [{ pid: 77, comm: "media-driver", fd: 3, count: 2 }],
    });
  });

  it("that is mapped (guest memory, heaps) is in use", () => {
    const meminfo = meminfoText({ total: 16, shmem: 4, mapped: 4.2 });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, fd, status }));
    expect(verdict.status).toBe("healthy");
    expect(findings[0]).toMatchObject({ id: "deleted-tmpfs-or-memfd", severity: "info" });
  });

  it("is not what visible files of tmpfs hold", () => {
    const df = `Filesystem 1K-blocks Used Available Use% Mounted on\ntmpfs 8388608 ${3.8 * 1024 ** 2} 1 50% /dev/shm\n`;
    const meminfo = meminfoText({ total: 16, shmem: 4, mapped: 0.2 });
    const memfd = "/proc/77/fd/3 /memfd:ring (deleted)\n";
    const visible = reportSnapshot(snapshotOf({ meminfo, fd: memfd, status, df }));
    expect(visible.findings.map(({ id }) => id)).toEqual(["tmpfs-files"]);
    // df counts deleted files as well: where one of that file system is open, it may be either.
    const either = reportSnapshot(snapshotOf({ meminfo, fd, status, df }));
    expect(either.findings.map(({ id, bytes }) => [id, Math.floor(bytes.lower / MIB)])).toEqual([
      ["deleted-tmpfs-or-memfd", 0],
      ["tmpfs-files", 0],
    ]);
  });

  const laptop = "pcp-laptop-15g-419/proc/meminfo";
  it.skipIf(!hasCapture(laptop))("of a desktop's usual memfds is everyday life", () => {
    const { verdict } = reportSnapshot(snapshotOf({ meminfo: readCapture(laptop), fd }));
    expect(verdict.status).toBe("healthy");
  });
});
