import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

const ORIOLEDB = "gh-orioledb-394-oom/dmesg.txt";
const WEBVM = "lore-webvm-psi-fragmentation-4.19";
const status =
  "/proc/7/status:Name:\tjava\n/proc/7/status:VmRSS:\t12000000 kB\n/proc/8/status:Name:\tsshd\n/proc/8/status:VmRSS:\t9000 kB\n";

describe("memory of processes", () => {
  it.skipIf(!hasCapture(ORIOLEDB))(
    "at an OOM kill: shared buffers and their users, no leak",
    () => {
      const { verdict, findings } = reportSnapshot(snapshotOf({ dmesg: readCapture(ORIOLEDB) }));
      expect(verdict).toMatchObject({ status: "watch", bucket: "shmem" });
      expect(findings.map(({ id }) => id)).toContain("process-memory");
      expect(verdict.headline).toContain("An allocation failed");
    },
  );

  it.skipIf(!hasCapture(WEBVM))("with a third of RAM free is what the node is for", () => {
    const { verdict, findings } = reportSnapshot(
      snapshotOf({
        meminfo: readCapture(`${WEBVM}/proc/meminfo`),
        vmstat: readCapture(`${WEBVM}/proc/vmstat`),
      }),
    );
    expect(verdict.status).toBe("healthy");
    expect(findings.map(({ id }) => id)).toContain("process-memory");
  });

  it("that leave nothing are to be watched, the largest first", () => {
    const meminfo = meminfoText({ total: 16, anon: 14.5, cache: 0.5 });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, status }));
    expect(verdict).toMatchObject({ status: "watch", bucket: "anon" });
    expect(verdict.headline).toContain("Memory is short");
    expect(findings[0]?.holders[0]).toMatchObject({ pid: 7, comm: "java" });
  });

  it("a database's shared buffers, mapped, with memory to spare: healthy", () => {
    // Written from the field layout: 96 GiB of shared buffers on 192 GiB.
    const meminfo = meminfoText({ total: 192, anon: 10, shmem: 97, mapped: 97, cache: 60 });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(verdict.status).toBe("healthy");
    expect(verdict.headline).toContain("shared");
    expect(findings[0]).toMatchObject({ id: "process-memory", bucket: "shmem", severity: "info" });
  });

  it("does not excuse what is in no counter", () => {
    const meminfo = meminfoText({ total: 16, anon: 8.5, hidden: 6, cache: 0.3 });
    expect(reportSnapshot(snapshotOf({ meminfo })).verdict).toMatchObject({
      status: "suspect",
      bucket: "allocpage",
    });
  });

  const laptop = "pcp-laptop-15g/proc/meminfo";
  it.skipIf(!hasCapture(laptop))("is not worth a word on a laptop at rest", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(laptop) }));
    expect(findings.map(({ id }) => id)).not.toContain("process-memory");
  });
});
