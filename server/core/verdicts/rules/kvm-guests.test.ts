import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

const guest = (pid: number, gib: number) =>
  `/proc/${pid}/status:Name:\tqemu-system-x86\n/proc/${pid}/status:VmRSS:\t${gib * 1024 ** 2} kB\n/proc/${pid}/status:RssAnon:\t${gib * 1024 ** 2} kB\n`;

describe("virtual machines", () => {
  // Written from fs/proc/array.c: no capture of a KVM host is public.
  it("that fill a host are named, and the host is healthy", () => {
    const meminfo = meminfoText({ total: 128, anon: 100, cache: 10 });
    const status = guest(100, 64) + guest(200, 32);
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo, status }));
    expect(verdict.status).toBe("healthy");
    const found = findings.find(({ id }) => id === "kvm-guests");
    expect(found).toMatchObject({ severity: "info", bytes: { upper: 96 * GIB } });
    expect(found?.holders.map(({ pid }) => pid)).toEqual([100, 200]);
  });

  const worker = "hotsos-k8s-worker-2004/proc/meminfo";
  it.skipIf(!hasCapture(worker))("are not seen where none runs", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(worker) }));
    expect(findings.map(({ id }) => id)).not.toContain("kvm-guests");
  });
});
