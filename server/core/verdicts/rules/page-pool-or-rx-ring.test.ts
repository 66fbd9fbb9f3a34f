import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { findingOf, meminfoWith, reportOn } from "../site-causes.test-support";

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
