import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { findingOf } from "../rule.test-support";
import { meminfoWith, reportOn } from "../site-causes.test-support";

const ID = "driver-page-leak";

describe("pages that a driver took", () => {
  it("are its own when call sites name it", () => {
    const allocinfo = `${600_000 * 4096} 600000 drivers/misc/foo.c:12 [foo] func:foo_alloc_page\n`;
    const report = reportOn({ meminfo: meminfoWith(3), allocinfo });
    expect(report.findings[0]).toMatchObject({
      id: ID,
      holders: [
        { kind: "module", name: "foo" },
        { kind: "callSite", name: "drivers/misc/foo.c:12 foo_alloc_page" },
      ],
    });
  });

  it("without call sites are what remains, and modules from outside the kernel are named", () => {
    const modules =
      "foo 20480 0 - Live 0xffffffffc0a3f000 (OE)\next4 999424 2 - Live 0xffffffffc0a00000\n";
    const report = reportOn({ meminfo: meminfoWith(3), modules });
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(findingOf(report, ID)?.holders.map(({ name }) => name)).toEqual(["foo"]);
    expect(findingOf(report, ID)?.confidence).toBeLessThan(0.5);
  });

  it("are not looked for where little is missing", () => {
    expect(findingOf(reportOn({ meminfo: meminfoWith(0.3) }), ID)).toBeUndefined();
  });

  it("are not blamed for what debugging costs", () => {
    const allocinfo = `${700_000 * 4096} 700000 mm/page_ext.c:271 func:alloc_page_ext\n`;
    const report = reportOn({ meminfo: meminfoWith(3), allocinfo });
    expect(findingOf(report, ID)).toBeUndefined();
    expect(findingOf(report, "debug-kernel")?.severity).toBe("info");
  });
});

describe.skipIf(!hasCapture("lore-driver-leak-4.5-pagetypes"))("public captures", () => {
  const meminfo = (name: string) => readCapture(`${name}/proc/meminfo`);

  it("of a leaking driver are suspect", () => {
    const report = reportOn({ meminfo: meminfo("lore-driver-leak-4.5-pagetypes") });
    expect(report.findings[0]?.id).toBe(ID);
  });

  it.each(["pcp-laptop-15g", "hadoop-worker-slab-64g", "vendor-memkernel-455g"])(
    "of a healthy machine are not: %s",
    (name) => {
      expect(findingOf(reportOn({ meminfo: meminfo(name) }), ID)).toBeUndefined();
    },
  );
});

const CASE = "lore-driver-leak-4.5-pagetypes";

describe.skipIf(!hasCapture(CASE))("pages that page-types shows on no list", () => {
  it("agree with what is missing, and name nobody", () => {
    const report = reportOn({
      meminfo: readCapture(`${CASE}/proc/meminfo`),
      pageTypes: readCapture(`${CASE}/page-types`),
    });
    const finding = findingOf(report, ID);
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(finding?.holders).toEqual([]);
    // 1,007,923 pages − MemFree: 2.3 GiB, of which 1.95 GiB are in no counter.
    expect(finding?.evidence).toContainEqual(
      expect.objectContaining({
        file: "pageTypes",
        line: 2,
        value: 1_007_923 * 4096 - 1_604_336 * 1024,
      }),
    );
  });
});
