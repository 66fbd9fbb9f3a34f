import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { parseSlabtop } from "../../parse/slabtop";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { findingOf, reportOn, slabinfoOf } from "../rule.test-support";

const CREDJAR = "gh-coreos-2637-credjar/slabtop.txt";

describe("slab caches of removed cgroups", () => {
  it.skipIf(!hasCapture(CREDJAR))("39,360 of them in a slabtop are told, however small", () => {
    const text = readCapture(CREDJAR);
    const slab = { file: "slabtop", via: "slabtop", isComplete: false } as const;
    const report = reportSnapshot({
      ...snapshotOf({}),
      slab: { ...slab, value: parseSlabtop(text).value },
      texts: new Map([["slabtop", text]]),
    });
    expect(report.verdict).toMatchObject({ status: "watch", bucket: "slabUnreclaimable" });
    expect(report.findings[0]).toMatchObject({
      id: "memcg-slab-caches",
      holders: [{ name: "kmem_cache", count: 39_360 }],
    });
  });

  it("with rows that name their cgroup count what those rows hold", () => {
    const copies = Array.from(
      { length: 3_000 },
      (_, id) => [`cred_jar(${id}:session-${id}.scope)`, 20, 21, 192, 21, 1] as const,
    );
    const report = reportOn({
      slabinfo: slabinfoOf(["kmem_cache", 15_000, 15_000, 256, 16, 1], ...copies),
    });
    const finding = findingOf(report, "memcg-slab-caches");
    expect(finding?.bytes.lower).toBe((938 + 3_000) * 4096);
    expect(finding?.evidence.at(-1)).toMatchObject({ value: 3_000, unit: "count" });
  });

  it.each([
    ["of a container host with 100 groups", 10_216, "5.4.0-45-generic"],
    ["on a kernel that shares them", 60_000, "5.15.0-91-generic"],
  ])("%s are no finding", (_why, objects, kernel) => {
    const slabinfo = slabinfoOf(["kmem_cache", objects, objects, 256, 16, 1]);
    expect(findingOf(reportOn({ slabinfo }, { kernel }), "memcg-slab-caches")).toBeUndefined();
  });
});
