import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { MIB } from "../../units";
import { findingOf, meminfoOf, reportOn } from "../rule.test-support";

/** An area of so many MiB. */
const area = (id: number, caller: string, mib: number) =>
  `0xffffa${id.toString(16).padStart(4, "0")}-0xffffb${id.toString(16).padStart(4, "0")} ${mib * MIB + 4096} ${caller} pages=${mib * 256} vmalloc N0=${mib * 256}\n`;
const VDO = "lore-vdo-storage-el7/proc/meminfo";
const F2FS = "blog-f2fs-vmalloc-251g/proc/meminfo";

describe("vmalloc memory", () => {
  const meminfo = meminfoOf({ VmallocUsed: 3_000, KernelStack: 20 });

  it("that one function of a driver holds is suspect, and the module is named", () => {
    const vmallocinfo = [
      ...Array.from({ length: 90 }, (_, id) => area(id, "foo_alloc_ring+0x12/0x80 [foodrv]", 30)),
      area(900, "bpf_map_area_alloc+0x3a/0x90", 40),
      area(901, "alloc_thread_stack_node+0x1/0x2", 20),
    ].join("");
    const { verdict, findings } = reportOn({ meminfo, vmallocinfo });
    expect(verdict).toMatchObject({ status: "suspect", bucket: "vmalloc" });
    expect(findings[0]).toMatchObject({
      id: "vmalloc-leak",
      holders: [{ kind: "module", name: "foo_alloc_ring [foodrv]", count: 90 }],
      bytes: { upper: 2_700 * MIB },
    });
    expect(findings[0]?.fix).toContain("foodrv");
  });

  it.each([
    ["vdo_allocate_memory+0x11/0x30 [kvdo]", "VDO"],
    ["f2fs_build_segment_manager+0x11/0x30", "f2fs"],
    ["spl_kvmalloc+0x11/0x30 [spl]", "ZFS"],
    ["nf_ct_alloc_hashtable+0x11/0x30 [nf_conntrack]", "connection tracking"],
    ["dm_bufio_alloc+0x1/0x2 [dm_bufio]", "device mapper"],
  ])("of %s is by design: named, no leak", (caller, design) => {
    const { verdict, findings } = reportOn({ meminfo, vmallocinfo: area(1, caller, 2_900) });
    expect(verdict.status).toBe("watch");
    expect(findings[0]?.fix).toContain(design);
    expect(verdict.headline).toContain("no leak");
  });

  it("without vmallocinfo is said to be large, and what is needed to name the caller", () => {
    const { verdict, findings } = reportOn({ meminfo });
    expect(verdict.headline).toContain("/proc/vmallocinfo");
    expect(findings[0]).toMatchObject({ id: "vmalloc-leak", holders: [] });
  });

  it.skipIf(!hasCapture(VDO))("counted as address ranges may be what is missing on 3.10", () => {
    const report = reportSnapshot(snapshotOf({ meminfo: readCapture(VDO) }));
    expect(report.verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
    expect(findingOf(report, "vmalloc-leak")?.bytes.lower).toBe(0);
    expect(report.verdict.headline).toContain("address ranges");
  });

  it.skipIf(!hasCapture(F2FS))("of 1.1 GiB on 251 GiB is no finding", () => {
    const report = reportSnapshot(snapshotOf({ meminfo: readCapture(F2FS) }));
    expect(findingOf(report, "vmalloc-leak")).toBeUndefined();
  });
});
