import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

// bpftool 7.1, fdinfo of 6.18.
const ring = (mib: number, memlock = mib * 1024 ** 2 + 78_152) =>
  `33: ringbuf  name events  flags 0x0\n\tkey 0B  value 0B  max_entries ${mib * 1024 ** 2}  memlock ${memlock}B\n\tpids tetragon(812)\n`;

describe("a ring buffer of BPF", () => {
  it("is held by who has it open", () => {
    const { verdict, findings } = report({ meminfo: nodeMissing(2_100), bpftool: ring(2_048) });
    expect(findings[0]).toMatchObject({
      id: "bpf-ringbuf",
      bucket: "allocpage",
      holders: [{ pid: 812, comm: "tetragon" }],
    });
    expect(verdict).toMatchObject({ status: "watch", bucket: "allocpage" });
  });

  it("has its size in max_entries where the kernel prints 0 as its memlock", () => {
    const { findings } = report({ meminfo: nodeMissing(4_200), bpftool: ring(4_096, 0) });
    expect(findings[0]).toMatchObject({ id: "bpf-ringbuf", bytes: { lower: 4_096 * 1024 ** 2 } });
  });

  it("is known from fdinfo alone, and counted once beside bpftool", () => {
    const fdinfo =
      "/proc/812/fdinfo/9:map_type:\t27\n/proc/812/fdinfo/9:max_entries:\t2147483648\n/proc/812/fdinfo/9:memlock:\t2147561800\n/proc/812/fdinfo/9:map_id:\t33\n";
    const alone = report({ meminfo: nodeMissing(2_100), fdinfo }).findings[0];
    expect(alone).toMatchObject({ id: "bpf-ringbuf", holders: [{ pid: 812, fd: 9 }] });
    const both = report({ meminfo: nodeMissing(2_100), fdinfo, bpftool: ring(2_048) }).findings[0];
    expect(both?.bytes.upper).toBe(alone?.bytes.upper);
  });

  it("of the usual size is no finding", () => {
    expect(ids({ meminfo: nodeMissing(40), bpftool: ring(8) })).toEqual([]);
  });
});
