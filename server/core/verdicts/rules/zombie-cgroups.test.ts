import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { findingOf, meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "zombie-cgroups";
const CASE = "lore-percpu-offline-memcg-5.17/sys/kernel/debug/page_owner";

describe.skipIf(!hasCapture(CASE))("a page charged to an offlined memory cgroup", () => {
  const block = hasCapture(CASE) ? readCapture(CASE) : "";
  /** The same page, charged to a group that is alive. */
  const alive = block.replace("offlined memcg", "memcg");

  it("says that a removed container lives on, and no more than that", () => {
    const report = reportOn({ pageOwner: block });
    expect(report.verdict.status).toBe("watch");
    expect(findingOf(report, ID)).toMatchObject({
      bytes: { lower: 0 },
      holders: [{ kind: "cgroup", name: expect.stringContaining("libpod-conmon-") }],
    });
  });

  it("among many of living groups says nothing", () => {
    const dump = `${block}\n${`${alive}\n`.repeat(20)}`;
    const report = reportOn({ meminfo: meminfoWith(0.1), pageOwner: dump });
    expect(report.findings).toEqual([]);
    expect(report.verdict.status).toBe("healthy");
  });
});
