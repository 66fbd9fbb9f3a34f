import { describe, expect, it } from "vitest";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf, type Texts } from "../../snapshot.test-support";
import { nodeMissing } from "../missing-pages.test-support";

const report = (texts: Texts) => reportSnapshot(snapshotOf(texts));
const ids = (texts: Texts) => report(texts).findings.map(({ id }) => id);

/** So many pipes, both ends in the process, as /proc shows them. */
const pipes = (pid: number, count: number, from = 40_000) =>
  Array.from(
    { length: count },
    (_, at) =>
      `/proc/${pid}/fd/${2 * at + 3} pipe:[${from + at}]\n/proc/${pid}/fd/${2 * at + 4} pipe:[${from + at}]\n`,
  ).join("");
const stat = `77 (collectd) T 1 ${"0 ".repeat(19)}500 0\n`;

describe("pipes", () => {
  it("that can hold what is missing are named, with a bound and no certainty", () => {
    const { verdict, findings } = report({
      meminfo: nodeMissing(2_600),
      fd: pipes(77, 2_600),
      stat,
    });
    expect(findings[0]).toMatchObject({
      id: "pipe-buffers",
      bytes: { lower: 0 },
      holders: [{ pid: 77, comm: "collectd", state: "T", count: 2_600 }],
    });
    expect(findings[0]?.confidence).toBeLessThan(0.7);
    expect(verdict).toMatchObject({ status: "suspect", bucket: "allocpage" });
  });

  it("are surer where the memory cgroup counts such pages", () => {
    const cgroups = `/sys/fs/cgroup/app/memory.current:3000000000\n/sys/fs/cgroup/app/memory.stat:anon 1000000\n/sys/fs/cgroup/app/memory.stat:file 1000000\n/sys/fs/cgroup/app/memory.stat:kernel ${2_600 * 1024 ** 2}\n/sys/fs/cgroup/app/memory.stat:slab 9000000\n`;
    const texts = { meminfo: nodeMissing(2_600), fd: pipes(77, 2_600), stat };
    const without = report(texts).findings[0]?.confidence ?? 1;
    expect(report({ ...texts, cgroups }).findings[0]?.confidence).toBeGreaterThan(without);
  });

  it("of a node full of containers are no finding although gigabytes are missing", () => {
    const many = Array.from({ length: 100 }, (_, at) => pipes(500 + at, 12, 40_000 + at * 100));
    const { findings, ruledOut } = report({ meminfo: nodeMissing(2_600), fd: many.join("") });
    expect(findings.map(({ id }) => id)).not.toContain("pipe-buffers");
    expect(ruledOut.map(({ id }) => id)).toContain("pipe-buffers");
  });

  it("by the thousands are no finding where nothing is missing", () => {
    expect(ids({ meminfo: nodeMissing(60), fd: pipes(77, 2_600), stat })).toEqual([]);
  });
});
