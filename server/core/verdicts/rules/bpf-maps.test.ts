import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

// Layout of bpftool 7.1 on 6.18.
const table = (type: string, mib: number, flags = 0) =>
  `29: ${type}  name cilium_ct4  flags 0x${flags}\n\tkey 4B  value 4096B  max_entries 4096  memlock ${mib * 1024 ** 2}B\n\tpids cilium-agent(4711)\n`;
const area = (caller: string, mib: number) =>
  `0xffffb50000000000-0xffffb60000000000 ${mib * 1024 ** 2 + 4096} ${caller}+0x8a/0x150 pages=${mib * 256} vmalloc N0=${mib * 256}\n`;

describe("tables of BPF maps", () => {
  it("fill vmalloc and are held by who has the map open", () => {
    const { verdict, findings } = report({
      meminfo: nodeMissing(20, 2_700),
      bpftool: table("hash", 2_650),
    });
    expect(findings[0]).toMatchObject({
      id: "bpf-maps",
      bucket: "vmalloc",
      holders: [{ pid: 4711, comm: "cilium-agent" }],
    });
    expect(verdict).toMatchObject({ status: "held", bucket: "vmalloc" });
  });

  it("are known by who called vmalloc, where nobody listed the maps", () => {
    const vmallocinfo = area("array_map_alloc", 2_650) + area("load_module", 3);
    const { findings } = report({ meminfo: nodeMissing(20, 2_700), vmallocinfo });
    expect(findings[0]).toMatchObject({
      id: "bpf-maps",
      bytes: { lower: 2_650 * 1024 ** 2 },
      holders: [{ name: "array_map_alloc" }],
    });
  });

  it("of a node with Cilium are no finding", () => {
    expect(ids({ meminfo: nodeMissing(20, 400), bpftool: table("lru_hash", 300) })).toEqual([]);
  });

  it("are not blamed for vmalloc that a driver holds", () => {
    const vmallocinfo = area("snd_dma_alloc", 2_650) + area("bpf_map_area_alloc", 20);
    expect(ids({ meminfo: nodeMissing(20, 2_700), vmallocinfo })).not.toContain("bpf-maps");
  });
});
