import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import {
  type CgroupMemory,
  parseCgroupMemory,
  parseMemoryStat,
  parseProcCgroups,
} from "./cgroup-memory";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import type { Measured } from "./parsed";
import { ParseError } from "./parsed";

const only = (text: string) => parseCgroupMemory(text).value[0];

describe("memory files of cgroups", () => {
  it("v1: paths are below the memory controller, values are bytes (6.18)", () => {
    const { value, skipped } = parseCgroupMemory(
      readFixture("live-memsnap-incident/cgroup.memory"),
    );
    expect(skipped).toEqual([]);
    const [root] = value;
    expect(root?.path).toBe("/");
    expect(root?.stat.get("cache")).toEqual({ value: 10_416_128, line: 12 });
    expect(root?.values.get("memory.kmem.usage_in_bytes")).toEqual({ value: 982_208_512, line: 2 });
  });

  it("cgroups of the same masked name stay apart", () => {
    const { value } = parseCgroupMemory(readFixture("live-memsnap-incident/cgroup.memory"));
    const apps = value.filter((cgroup) => cgroup.path === "/svc/app");
    expect(apps.map((cgroup) => cgroup.stat.get("rss")?.value)).toEqual([
      1_548_288, 1_581_056, 1_458_176, 44_150_784, 1_138_688, 161_841_152,
    ]);
    expect(apps.every((cgroup) => cgroup.stat.size === 42)).toBe(true);
  });

  it("no limit is absent: the highest number of v1, max of v2", () => {
    const { value } = parseCgroupMemory(readFixture("live-memsnap-incident/cgroup.memory"));
    expect(value[0]?.values.has("memory.limit_in_bytes")).toBe(false);
    const v2 = only("/sys/fs/cgroup/a/memory.max:max\n/sys/fs/cgroup/a/memory.current:5");
    expect([...(v2?.values ?? [])]).toEqual([["memory.current", { value: 5, line: 2 }]]);
  });

  it("v2: the mount point is the root; files of other shapes are passed over", () => {
    const { value, skipped } = parseCgroupMemory(
      [
        "/sys/fs/cgroup/memory.stat:anon 6803456",
        "/sys/fs/cgroup/memory.numa_stat:anon N0=6803456",
        "/sys/fs/cgroup/kubepods.slice/cri-containerd:abc/memory.events:oom_kill 3",
        "/sys/fs/cgroup/kubepods.slice/cri-containerd:abc/memory.current:4096",
        "/sys/fs/cgroup/kubepods.slice/cgroup.stat:nr_dying_descendants 360",
      ].join("\n"),
    );
    expect(skipped).toEqual([]);
    expect(value.map((cgroup) => cgroup.path)).toEqual([
      "/",
      "/kubepods.slice/cri-containerd:abc",
      "/kubepods.slice",
    ]);
    expect(value[1]?.values.get("memory.current")?.value).toBe(4096);
    expect(value[2]?.cgroupStat?.get("nr_dying_descendants")?.value).toBe(360);
    expect(value[0]).not.toHaveProperty("cgroupStat");
  });

  it("a path inside an archive has the same root", () => {
    expect(only("sosreport-x/sys/fs/cgroup/memory/a/memory.usage_in_bytes:7")?.path).toBe("/a");
  });

  const good = "/sys/fs/cgroup/a/memory.current:4096";
  const pick = (cgroups: readonly CgroupMemory[]) =>
    cgroups.map(({ path, values }) => [path, values.get("memory.current")?.value]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseCgroupMemory, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseCgroupMemory, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseCgroupMemory, good, pick }),
    5000,
  );
});

describe("memory.stat", () => {
  const file = "hotsos-k8s-worker-2004/sys/fs/cgroup/memory/memory.stat";
  it.skipIf(!hasCapture(file))("v1 of 5.4", () => {
    const { value } = parseMemoryStat(readCapture(file));
    expect(value.get("cache")).toEqual({ value: 170_328_064, line: 1 });
    expect(value.get("rss")?.value).toBe(22_843_392);
  });

  it("a line of another shape is reported", () => {
    const { value, skipped } = parseMemoryStat("anon 1\nanon N0=1\nanon 2");
    expect(value.get("anon")?.value).toBe(1);
    expect(skipped.map((line) => line.line)).toEqual([2, 3]);
  });

  const pick = (value: ReadonlyMap<string, Measured>) => value.get("sock")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseMemoryStat, "sock 4096"));
  it("a good line is never lost", () =>
    expectNeverLost({ parse: parseMemoryStat, good: "sock 4096", pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseMemoryStat, good: "sock 4096", pick }),
    5000,
  );
});

describe("/proc/cgroups", () => {
  const file = "lore-debian-pam-cgroup-zombies-4.9/proc/cgroups";
  it.skipIf(!hasCapture(file))("counts cgroups by controller, dying ones included", () => {
    expect([...parseProcCgroups(readCapture(file)).value]).toEqual([
      ["memory", { value: 452, line: 2 }],
    ]);
  });

  it("is read whole (6.1)", () => {
    const { value, skipped } = parseProcCgroups(
      readFixture("guest-6.1-virtio-incident/proc/cgroups"),
    );
    expect(skipped).toEqual([]);
    expect(value.size).toBe(14);
    expect(value.get("memory")).toEqual({ value: 1, line: 6 });
  });

  it("a heading alone is an error", () => {
    expect(() => parseProcCgroups("#subsys_name\thierarchy\tnum_cgroups\tenabled")).toThrow(
      ParseError,
    );
  });

  const good = "memory\t10\t452\t1";
  const pick = (value: ReadonlyMap<string, Measured>) => value.get("memory")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseProcCgroups, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseProcCgroups, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseProcCgroups, good, pick }),
    5000,
  );
});
