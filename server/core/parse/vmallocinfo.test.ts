import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseVmallocinfo, type VmallocArea } from "./vmallocinfo";

const vmallocPages = (areas: readonly VmallocArea[]) =>
  areas
    .filter((area) => area.flags.includes("vmalloc"))
    .reduce((total, area) => total + (area.pages ?? 0), 0);
const only = (line: string) => parseVmallocinfo(line).value[0];

describe("vmallocinfo of a real node", () => {
  it("6.1: pages of vmalloc areas are VmallocUsed of the same minute (9508 KiB)", () => {
    const { value, skipped } = parseVmallocinfo(
      readFixture("guest-6.1-virtio-incident/proc/vmallocinfo"),
    );
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(191);
    expect(vmallocPages(value) * 4).toBe(9540);
  });

  it("6.1: the module of the caller is kept apart from its name", () => {
    const { value } = parseVmallocinfo(readFixture("guest-6.1-virtio-incident/proc/vmallocinfo"));
    const area = value.find(({ module }) => module !== undefined);
    expect(area).toMatchObject({
      caller: "vp_modern_map_capability",
      module: "virtio_pci_modern_dev",
      size: 8192,
      flags: ["ioremap"],
    });
    expect(area?.pages).toBeUndefined();
  });

  const ubuntu = "hotsos-k8s-worker-2004/proc/vmallocinfo";
  it.skipIf(!hasCapture(ubuntu))("5.4: 1074 areas, 7417 pages of vmalloc", () => {
    const { value, skipped } = parseVmallocinfo(readCapture(ubuntu));
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(1074);
    expect(vmallocPages(value)).toBe(7417);
  });

  const hashed = "blog-f2fs-vmalloc-251g/proc/vmallocinfo.largest";
  it.skipIf(!hasCapture(hashed))("hashed addresses: the size stands by itself", () => {
    const largest = parseVmallocinfo(readCapture(hashed)).value.find(({ line }) => line === 20);
    expect(largest).toMatchObject({
      ...{ caller: "f2fs_build_segment_manager", size: 146_804_736, pages: 35_840 },
      flags: ["vmalloc", "vpages"],
    });
    expect([...(largest?.numaPages ?? [])]).toEqual([[0, 35_840]]);
  });
});

describe("vmallocinfo of odd make", () => {
  it("addresses may be zero or hidden", () => {
    const zero = "0x0000000000000000-0x0000000000000000   20480 dup_task+0x1/0x2 pages=4 vmalloc";
    const hidden = "(____ptrval____)-(____ptrval____)   20480 dup_task+0x1/0x2 pages=4 vmalloc";
    expect([only(zero)?.pages, only(hidden)?.pages]).toEqual([4, 4]);
  });

  it("an area without a caller has the kernel's words in its place", () => {
    expect(only("0xa1-0xb2    8192 unpurged vm_area")).toMatchObject({
      caller: "unpurged vm_area",
      flags: ["unpurged", "vm_area"],
    });
    expect(only("0xa1-0xb2   16384 vm_map_ram")?.caller).toBe("vm_map_ram");
    expect(only("0xa1-0xb2   16384 vmalloc")?.caller).toBe("");
  });

  it("a build id after the module is part of neither", () => {
    const area = only("0xa1-0xb2 8192 f+0x1/0x2 [nf_conntrack 0123abcd] pages=1 vmalloc N0=1");
    expect(area).toMatchObject({ caller: "f", module: "nf_conntrack", flags: ["vmalloc"] });
  });

  it("pages are split by NUMA node, flags are all kept", () => {
    const area = only("0xa1-0xb2 8192 f+0x1/0x2 phys=0x1f pages=9 vmalloc user vpages N0=4 N12=5");
    expect([...(area?.numaPages ?? [])]).toEqual([
      [0, 4],
      [12, 5],
    ]);
    expect(area?.flags).toEqual(["vmalloc", "user", "vpages"]);
  });

  it("an error text is an error", () => {
    expect(() => parseVmallocinfo("cat: /proc/vmallocinfo: Permission denied")).toThrow(ParseError);
  });

  const good = "0xa1-0xb2   20480 dup_task_struct+0x1/0x2 pages=4 vmalloc N0=4";
  const pick = (areas: readonly VmallocArea[]) => areas.map(({ pages, caller }) => [pages, caller]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseVmallocinfo, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseVmallocinfo, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseVmallocinfo, good, pick }),
    5000,
  );
});
