import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { GIB } from "../../units";
import { meminfoText } from "../meminfo-text.test-support";

/** Written from Documentation/gpu/drm-usage-stats.rst; no capture with fdinfo of a card is public. */
const client = (of: { pid: number; driver: string; region: string; gib: number }) =>
  [
    `drm-driver:\t${of.driver}`,
    `drm-client-id:\t${of.pid}`,
    "drm-pdev:\t0000:03:00.0",
    "drm-memory-vram:\t4194304 KiB",
    `drm-resident-${of.region}:\t${of.gib * 1024 ** 2} KiB`,
  ]
    .map((line) => `/proc/${of.pid}/fdinfo/9:${line}`)
    .join("\n");
const status = "/proc/20/status:Name:\tfirefox\n/proc/20/status:VmRSS:\t600000 kB\n";

describe("graphics buffers", () => {
  it("of a workstation are named by program and harmless, video memory is not counted", () => {
    const drm = [
      client({ pid: 20, driver: "amdgpu", region: "gtt", gib: 2 }),
      client({ pid: 30, driver: "amdgpu", region: "gtt", gib: 1 }),
    ].join("\n");
    const { verdict, findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 32, hidden: 3.2 }), drm, status }),
    );
    expect(verdict.status).toBe("healthy");
    expect(findings[0]).toMatchObject({
      ...{ id: "gpu-buffers", bucket: "allocpage", bytes: { lower: 2 * GIB, upper: 3 * GIB } },
      holders: [{ pid: 20, comm: "firefox" }, { pid: 30 }],
    });
  });

  it("of i915 lie in shared memory", () => {
    const drm = client({ pid: 20, driver: "i915", region: "system0", gib: 1 });
    const { findings } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16, shmem: 1.5 }), drm }),
    );
    expect(findings[0]).toMatchObject({ id: "gpu-buffers", bucket: "shmem" });
  });

  it("of one program with a third of RAM are worth a look", () => {
    const drm = client({ pid: 20, driver: "amdgpu", region: "gtt", gib: 6 });
    const { verdict } = reportSnapshot(
      snapshotOf({ meminfo: meminfoText({ total: 16, hidden: 6.1 }), drm }),
    );
    // The buffers themselves are more than the line of pages without a counter: never called harmless.
    expect(verdict).toMatchObject({ bucket: "allocpage" });
    expect(["watch", "suspect"]).toContain(verdict.status);
  });

  it("that meminfo counts (GPUActive) are a bucket of their own", () => {
    const meminfo = meminfoText({ total: 16, own: { GPUActive: 2, GPUReclaim: 0.5 } });
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(findings[0]).toMatchObject({ id: "gpu-buffers", bucket: "gpu" });
    expect(findings[0]?.bytes.upper).toBe(2.5 * GIB);
    expect(verdict.status).toBe("healthy");
  });

  const laptop = "pcp-laptop-15g/proc/meminfo";
  it.skipIf(!hasCapture(laptop))("are not guessed where nothing tells of them", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: readCapture(laptop) }));
    expect(findings.map(({ id }) => id)).not.toContain("gpu-buffers");
  });
});
