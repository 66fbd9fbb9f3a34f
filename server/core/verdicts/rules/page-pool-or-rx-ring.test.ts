import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "page-pool-or-rx-ring";
const RING = (pages: number) =>
  `${pages * 4096} ${pages} drivers/net/ethernet/intel/ice/ice_txrx.c:681 [ice] func:ice_alloc_mapped_page\n`;

describe("receive pages of a driver", () => {
  it("are named by module and call site when no socket holds them", () => {
    const report = reportOn({ meminfo: meminfoWith(3), allocinfo: RING(700_000) });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(report.findings[0]).toMatchObject({ id: ID });
    expect(report.findings[0]?.holders[0]).toMatchObject({ kind: "module", name: "ice" });
  });

  it("of a usual ring are no finding", () => {
    const report = reportOn({ meminfo: meminfoWith(0.2), allocinfo: RING(40_000) });
    expect(findingOf(report, ID)).toBeUndefined();
    expect(report.verdict.status).toBe("healthy");
  });

  it("are seen in the kernel's complaint about a pool that does not drain", () => {
    const dmesg =
      "[  99.1] page_pool_release_retry() stalled pool shutdown: id 74, 512000 inflight 180 sec\n";
    const report = reportOn({ meminfo: meminfoWith(3), dmesg });
    expect(findingOf(report, ID)).toMatchObject({ bytes: { lower: 512_000 * 4096 } });
  });
});

// Hand-written in the layout of ethtool 6.1.
const settings = (kind: string, field: string, count: number) =>
  `${kind} parameters for eth0:\nPre-set maximums:\n${field}:\t9999\nCurrent hardware settings:\n${field}:\t${count}\n`;
const rings = (entries: number) => settings("Ring", "RX", entries);
const channels = (count: number) => settings("Channel", "Combined", count);

describe("receive rings as ethtool shows them", () => {
  it("explain what is missing, and are no leak", () => {
    // 4096 × 24 × 2 to 8 KiB: 192 to 768 MiB.
    const report = reportOn({
      meminfo: meminfoWith(1),
      rings: rings(4096),
      channels: channels(24),
    });
    expect(findingOf(report, ID)).toMatchObject({
      severity: "info",
      bytes: { lower: 4096 * 24 * 2048, upper: 4096 * 24 * 8192 },
    });
    expect(report.verdict.status).toBe("healthy");
  });

  it("that are too small do not", () => {
    const report = reportOn({ meminfo: meminfoWith(3), rings: rings(512), channels: channels(8) });
    expect(findingOf(report, ID)).toBeUndefined();
    expect(report.verdict.status).toBe("suspect");
  });

  it("say whether a driver keeps more than its rings", () => {
    const small = { rings: rings(512), channels: channels(8) };
    const leaking = reportOn({ meminfo: meminfoWith(3), allocinfo: RING(700_000), ...small });
    expect(findingOf(leaking, ID)).toMatchObject({ severity: "critical" });
    const large = { rings: rings(8192), channels: channels(64) };
    const filled = reportOn({ meminfo: meminfoWith(1.2), allocinfo: RING(300_000), ...large });
    expect(findingOf(filled, ID)).toMatchObject({
      severity: "info",
      bytes: { upper: 300_000 * 4096 },
    });
    expect(filled.verdict.status).toBe("healthy");
  });
});

// Hand-written in the layout of drivers/base/node.c.
const node = (id: number, freeMib: number, cacheMib: number, restMib: number) =>
  Object.entries({
    MemTotal: 8192,
    MemFree: freeMib,
    MemUsed: 8192 - freeMib,
    Active: cacheMib,
    Inactive: 0,
    FilePages: cacheMib,
    Mapped: 0,
    AnonPages: 8192 - freeMib - cacheMib - restMib - 100,
    Shmem: 0,
    KernelStack: 0,
    PageTables: 0,
    Slab: 100,
    SReclaimable: 40,
    SUnreclaim: 60,
  })
    .map(([field, mib]) => `Node ${id} ${field}: ${mib * 1024} kB\n`)
    .join("");

describe("pages in no counter on one side of the machine", () => {
  it("point to a card that is plugged in there", () => {
    const numa = node(0, 60, 20, 1_500) + node(1, 2_000, 1_000, 50);
    const report = reportOn({ numa });
    expect(findingOf(report, ID)).toMatchObject({
      evidence: [{ file: "numa", value: 1_500 * 1024 ** 2 }],
    });
    expect(report.verdict).toMatchObject({ status: "watch", bucket: "allocpage" });
  });

  it("are no shortage while that node has memory to give", () => {
    const numa = node(0, 1_000, 600, 500) + node(1, 2_000, 1_000, 50);
    expect(findingOf(reportOn({ numa }), ID)).toBeUndefined();
  });
});

const CASE = "lore-ice-rxpages-allocinfo-6.15";

describe.skipIf(!hasCapture(CASE))("a public capture of allocinfo alone", () => {
  const on = (day: string) => reportOn({ allocinfo: readCapture(`${CASE}/${day}/proc/allocinfo`) });

  it("after days of growth names the driver", () => {
    const { verdict, findings } = on("day6");
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(findings[0]).toMatchObject({ id: ID });
  });

  it("of a fresh start raises no alarm", () => {
    expect(["suspect", "held"]).not.toContain(on("day0").verdict.status);
  });
});
