import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

const df = (gib: number) =>
  `Filesystem 1K-blocks Used Available Use% Mounted on\ntmpfs 8388608 ${gib * 1024 ** 2} 1 50% /dev/shm\ntmpfs 1000 10 990 1% /run\n`;

describe("files in tmpfs", () => {
  it("that nobody has mapped are held by their file system", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16, shmem: 4, mapped: 0.2 }), df: df(3.9) }),
    );
    expect(verdict).toMatchObject({ status: "held", bucket: "shmem" });
    expect(findings[0]).toMatchObject({
      id: "tmpfs-files",
      holders: [{ kind: "mount", name: "/dev/shm" }],
    });
    expect(findings[0]?.holders).toHaveLength(1);
  });

  it("that a database has mapped are in use", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16, shmem: 4, mapped: 4.1 }), df: df(3.9) }),
    );
    expect(verdict.status).toBe("healthy");
    expect(findings[0]).toMatchObject({ id: "tmpfs-files", severity: "info" });
  });

  it("are the likely answer where shared memory is mapped by nobody and nothing else was read", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16, shmem: 4, mapped: 0.2 }) }),
    );
    expect(verdict.status).toBe("watch");
    expect(findings[0]).toMatchObject({ id: "tmpfs-files", bytes: { lower: 0 } });
  });

  it("of a container are held by it: the memory controller knows them (v2)", () => {
    const pod =
      "/sys/fs/cgroup/kubepods.slice/kubepods-pod12345678_1234_1234_1234_123456789abc.slice";
    const cgroups = `${pod}/memory.current:4000000000\n${pod}/memory.stat:anon 1000000\n${pod}/memory.stat:file 3800000000\n${pod}/memory.stat:shmem 3700000000\n`;
    const meminfo = meminfoText({ total: 16, shmem: 4, mapped: 0.2 });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, cgroups }));
    expect(verdict).toMatchObject({ status: "held", bucket: "shmem" });
    expect(findings[0]).toMatchObject({
      id: "tmpfs-files",
      holders: [{ kind: "cgroup", bytes: { upper: 3_700_000_000 } }],
    });
  });

  const node = "hpc-delta-gpu-263g/proc/meminfo";
  it.skipIf(!hasCapture(node))("are not held against a node that boots into memory", () => {
    const { verdict } = reportSnapshot(snapshotOf({ meminfo: readCapture(node) }));
    expect(verdict.status).toBe("healthy");
  });
});
