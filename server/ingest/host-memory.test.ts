import { describe, expect, it } from "vitest";
import type { Snapshot } from "../core/snapshot";
import { makeTar } from "./archive/make-archive.test-support";
import { readInputText } from "./read-input";
import { MEMINFO, memTotal, put, readOne } from "./read-input.test-support";

/** Written from the layouts of the kernel and the tools; the numbers are made up. */
const ARCSTATS =
  "13 1 0x01 147 39984 8226311234 5190361265163\nname                            type data\nhits                            4    4170212\nsize                            4    23622320128\n";
const MM_STAT =
  "  268435456 268435456 270532608        0 270532608        0        0    65536    65536\n";
const BUFINFO =
  "\nDma-buf Objects:\nsize    \tflags   \tmode    \tcount   \texp_name\tino     \tname    \n08294400\t00000002\t00080007\t00000003\tsystem\t00012345\t<none>\nTotal 1 objects, 8294400 bytes\n";
const NVIDIA =
  "| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |\n| N/A   35C    P0    43W / 300W |   1234MiB / 16160MiB |      0%      Default |\n";
const FDINFO =
  "pos:\t0\nflags:\t02100002\ndrm-driver:\tamdgpu\ndrm-client-id:\t8\ndrm-memory-gtt:\t2048 KiB\n";

async function paste(text: string): Promise<Snapshot> {
  const { snapshots } = await readInputText("paste.txt", text);
  expect(snapshots).toHaveLength(1);
  const [snapshot] = snapshots;
  if (!snapshot) throw new Error("no snapshot");
  return snapshot;
}

const PARTS: readonly (readonly [name: string, text: string, key: keyof Snapshot])[] = [
  ["arcstats", `# cat /proc/spl/kstat/zfs/arcstats\n${ARCSTATS}`, "arcstats"],
  ["mm_stat below its prompt", `# cat /sys/block/zram0/mm_stat\n${MM_STAT}`, "zram"],
  ["bufinfo", `# cat /sys/kernel/debug/dma_buf/bufinfo\n${BUFINFO}`, "dmaBuf"],
  ["nvidia-smi", `# nvidia-smi\n${NVIDIA}`, "nvidia"],
  ["fdinfo", `# cat /proc/2011/fdinfo/12\n${FDINFO}`, "drmClients"],
  [
    "swaps",
    "# cat /proc/swaps\nFilename Type Size Used Priority\n/dev/sda2 partition 8 0 -2\n",
    "swaps",
  ],
  ["VMware's words", "guest.mem.ballooned = 16712052\n", "balloon"],
];

describe("memory outside the usual files", () => {
  it.each(PARTS)("%s is known as a bare paste", async (_name, text, key) => {
    expect(await paste(text)).toHaveProperty(key);
  });

  it("all of them in one paste, behind meminfo and before it", async () => {
    const meminfo = `# cat /proc/meminfo\n${MEMINFO}`;
    const all = PARTS.map(([, text]) => text).join("");
    for (const text of [meminfo + all, all + meminfo]) {
      const snapshot = await paste(text);
      for (const [, , key] of PARTS) expect(snapshot).toHaveProperty(key);
      expect(memTotal(snapshot)).toBeGreaterThan(0);
    }
  });

  it("numbers keep the line of the paste", async () => {
    const snapshot = await paste(`# cat /proc/meminfo\n${MEMINFO}# cat arcstats\n${ARCSTATS}`);
    const line = snapshot.arcstats?.value.get("size")?.line ?? 0;
    expect(snapshot.texts.get("paste.txt")?.split("\n")[line - 1]).toContain("23622320128");
  });

  it("files of a copy of /proc and /sys are read as one table of each kind", async () => {
    const tar = await makeTar([
      { name: "host/proc/meminfo", body: MEMINFO },
      { name: "host/sys/block/zram0/mm_stat", body: MM_STAT },
      { name: "host/sys/block/zram1/mm_stat", body: MM_STAT },
      { name: "host/sys/kernel/mm/ksm/pages_sharing", body: "184320\n" },
      { name: "host/sys/kernel/mm/ksm/run", body: "1\n" },
      { name: "host/proc/2011/fdinfo/12", body: FDINFO },
      { name: "host/proc/2011/fdinfo/3", body: "pos:\t0\nflags:\t02\n" },
    ]);
    const snapshot = await readOne(put("host-memory.tar", tar));
    expect(snapshot.zram?.value.map(({ device }) => device)).toEqual(["zram0", "zram1"]);
    expect(snapshot.ksm?.value.get("pages_sharing")?.value).toBe(184_320);
    expect(snapshot.drmClients?.value).toMatchObject([{ pid: 2011, driver: "amdgpu" }]);
    expect(snapshot.unreadable).toEqual([]);
  });

  it("a copy of /proc without a graphics card lacks nothing", async () => {
    const tar = await makeTar([
      { name: "host/proc/meminfo", body: MEMINFO },
      { name: "host/proc/2011/fdinfo/3", body: "pos:\t0\nflags:\t02\n" },
    ]);
    const snapshot = await readOne(put("no-card.tar", tar));
    expect(snapshot.drmClients).toBeUndefined();
    expect(snapshot.unreadable).toEqual([]);
  });
});
