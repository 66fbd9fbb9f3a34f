import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

const vmstat = (acquired: number, released: number) =>
  `nr_free_pages 1000\nnr_foll_pin_acquired ${acquired}\nnr_foll_pin_released ${released}\n`;
const GIB_OF_PAGES = 262_144;

describe("pinned memory of processes", () => {
  const meminfo = nodeMissing(20).replace("AnonPages: 1228800", "AnonPages: 9228800");

  it("is named, counted in anon, and no leak", () => {
    const { verdict, findings } = report({
      meminfo,
      vmstat: vmstat(5 * GIB_OF_PAGES, GIB_OF_PAGES),
    });
    expect(findings.find(({ id }) => id === "pinned-user-pages")).toMatchObject({
      severity: "info",
      bucket: "anon",
      evidence: [{ value: 4 * 1024 ** 3, raw: `nr_foll_pin_acquired ${5 * GIB_OF_PAGES}` }],
    });
    expect(["suspect", "held", "leaking"]).not.toContain(verdict.status);
  });

  it("that direct I/O has in flight is not worth a word", () => {
    expect(ids({ meminfo, vmstat: vmstat(9_000_000, 8_999_000) })).not.toContain(
      "pinned-user-pages",
    );
  });
});
