import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import {
  parseCpuinfo,
  parseDate,
  parseOsRelease,
  parseSnapshotMeta,
  parseSysctl,
  parseUname,
  parseUptime,
} from "./host-facts";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

const GUEST = "guest-6.1-virtio-incident";
const SOS = "hotsos-k8s-worker-2004/sos_commands";

describe("uname", () => {
  const file = `${SOS}/kernel/uname_-a`;
  it.skipIf(!hasCapture(file))("host, release and machine", () => {
    expect(parseUname(readCapture(file)).value).toEqual({
      ...{ hostname: "juju-110cc2-k8stest-4", kernel: "5.4.0-99-generic", arch: "x86_64" },
    });
  });

  it("/proc/version has no host and no machine (6.1)", () => {
    expect(parseUname(readFixture(`${GUEST}/proc/version`)).value).toEqual({
      kernel: "6.1.0-50-amd64",
    });
  });

  it("Red Hat's release ends in the machine", () => {
    expect(parseUname("Linux version 3.10.0-1160.el7.x86_64 (mockbuild@x)").value).toEqual({
      ...{ kernel: "3.10.0-1160.el7.x86_64", arch: "x86_64" },
    });
  });

  it("osrelease is the release alone; a host may be called version", () => {
    expect(parseUname("6.18.44\n").value).toEqual({ kernel: "6.18.44" });
    expect(parseUname("Linux version 6.6.60 #1 SMP x86_64 GNU/Linux").value.kernel).toBe("6.6.60");
  });

  it("other text is an error", () => {
    expect(() => parseUname("Linux is great")).toThrow(ParseError);
  });
});

describe("uptime", () => {
  it("/proc/uptime is in seconds", () => {
    expect(parseUptime(readFixture(`${GUEST}/proc/uptime`)).value).toBe(212.75);
  });

  it.each([
    [" 19:23:40 up 25 min,  1 user,  load average: 0.83, 0.73, 0.76", 25 * 60],
    [" 09:51:36 up 11:18,  1 user,  load average: 6.42, 4.37, 3.94", 11 * 3600 + 18 * 60],
    [" 10:00:00 up 3 days,  2:04,  2 users,  load average: 0, 0, 0", 3 * 86_400 + 2 * 3600 + 240],
    [" 10:00:00 up 1 day, 5 min,  0 users,  load average: 0, 0, 0", 86_400 + 300],
    ["up 1 week, 2 days, 3 hours, 4 minutes", 604_800 + 172_800 + 10_800 + 240],
  ])("%s", (text, seconds) => {
    expect(parseUptime(text).value).toBe(seconds);
  });

  it("other text is an error", () => {
    expect(() => parseUptime("sos_commands/host/uptime")).toThrow(ParseError);
    expect(() => parseUptime("what's up with this")).toThrow(ParseError);
  });
});

describe("os-release", () => {
  it("the pretty name", () => {
    const { value, skipped } = parseOsRelease(readFixture(`${GUEST}/etc/os-release`));
    expect(value).toBe("Debian GNU/Linux 12 (bookworm)");
    expect(skipped).toEqual([]);
  });

  it("else name and version, else the one line of redhat-release", () => {
    expect(parseOsRelease("NAME='A \\\"B\\\"'\nVERSION=3").value).toBe('A "B" 3');
    expect(parseOsRelease("CentOS Linux release 7.9.2009 (Core)").value).toBe(
      "CentOS Linux release 7.9.2009 (Core)",
    );
    expect(() => parseOsRelease("ID=debian")).toThrow(ParseError);
  });
});

describe("date", () => {
  const file = `${SOS}/date/date`;
  it.skipIf(!hasCapture(file))("of a sosreport", () => {
    expect(parseDate(readCapture(file))).toEqual({ value: "2022-02-11T19:23:39Z", skipped: [] });
  });

  it("timedatectl: a line with a certain zone wins over one without", () => {
    const text = [
      "      Local time: Fri 2022-02-11 03:23:39 CST",
      "  Universal time: Thu 2022-02-10 19:23:39 UTC",
      "        RTC time: Thu 2022-02-10 19:23:39",
    ].join("\n");
    expect(parseDate(text)).toEqual({ value: "2022-02-10T19:23:39Z", skipped: [] });
  });

  it("where UTC was assumed, the line is in skipped", () => {
    const text = "Thu Feb 10 16:19:17 IST 2022";
    expect(parseDate(text)).toEqual({
      value: "2022-02-10T16:19:17Z",
      skipped: [{ line: 1, text }],
    });
  });

  it("a tool's error is an error", () => {
    expect(() => parseDate("hwclock: Cannot access the Hardware Clock")).toThrow(ParseError);
  });
});

describe("meta of the collector", () => {
  it("keys and values as text", () => {
    const { value } = parseSnapshotMeta(readFixture(`${GUEST}/meta`));
    expect([...value]).toEqual([
      ["format", "memsnap/0"],
      ["mode", "deep"],
      ["uid", "0"],
      ["time", "2026-11-22T21:44:14Z"],
      ["pagesize", "4096"],
      ["cpus", "2"],
    ]);
  });
});

describe("labels in meta", () => {
  it("each label is a key of its own", () => {
    const { value, skipped } = parseSnapshotMeta("label role=web\nlabel zone=a/b\nuid 0\nuid 1");
    expect(value.get("label role")).toBe("web");
    expect(value.get("label zone")).toBe("a/b");
    expect(skipped).toEqual([{ line: 4, text: "uid 1" }]);
  });
});

describe("sysctl", () => {
  it("values as text, tabs inside and empty ones too", () => {
    const { value, skipped } = parseSysctl(readFixture(`${GUEST}/sysctl`));
    expect(skipped).toEqual([]);
    expect(value.size).toBe(58);
    expect(value.get("net.ipv4.tcp_mem")).toEqual({ value: "33558\t44744\t67116", line: 49 });
    expect(value.get("vm.stat_refresh")?.value).toBe("");
  });

  const refused = "hotsos-vault-lxd-2004/sos_commands/kernel/sysctl_-a";
  it.skipIf(!hasCapture(refused))("keys that were refused are reported, the rest is kept", () => {
    const { value, skipped } = parseSysctl(readCapture(refused));
    expect(value.size).toBe(751);
    expect(skipped).toHaveLength(12);
  });

  it("a value of several lines keeps its first", () => {
    const { value, skipped } = parseSysctl("dev.cdrom.info = a\ndev.cdrom.info = \n");
    expect(value.get("dev.cdrom.info")?.value).toBe("a");
    expect(skipped).toEqual([]);
  });
});

describe("cpuinfo", () => {
  it("counts the processors of x86 and of s390", () => {
    expect(parseCpuinfo(readFixture(`${GUEST}/proc/cpuinfo`)).value).toBe(2);
    const s390 = "processor 0: version = FF\nprocessor 1: version = FF\ncpu number : 0";
    expect(parseCpuinfo(s390).value).toBe(2);
  });

  it("old ARM names the model Processor: not counted", () => {
    expect(parseCpuinfo("Processor\t: ARMv7\nprocessor\t: 0").value).toBe(1);
    expect(() => parseCpuinfo("Processor\t: ARMv7")).toThrow(ParseError);
  });
});

describe.each([
  { name: "uname", parse: parseUname, good: "Linux node-a 6.1.0-50-amd64 #1 SMP x86_64" },
  { name: "uptime", parse: parseUptime, good: " 19:23:40 up 25 min,  1 user" },
  { name: "os-release", parse: parseOsRelease, good: 'PRETTY_NAME="Debian 12"' },
  { name: "date", parse: parseDate, good: "Thu Feb 10 16:19:17 UTC 2022" },
  { name: "cpuinfo", parse: parseCpuinfo, good: "processor\t: 0" },
])("$name of hostile make", ({ parse, good }) => {
  const pick = (value: unknown) => value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parse, good));
  it("a good line is never lost", () => expectNeverLost<unknown>({ parse, good, pick }));
  it("10 MB lines take linear time", () => expectLinear<unknown>({ parse, good, pick }));
});

describe("meta of hostile make", () => {
  const good = "pagesize 4096";
  const pick = (value: ReadonlyMap<string, string>) => value.get("pagesize");
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSnapshotMeta, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseSnapshotMeta, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseSnapshotMeta, good, pick }),
    5000,
  );
});

describe("sysctl of hostile make", () => {
  const good = "vm.swappiness = 60";
  const pick = (value: ReadonlyMap<string, { value: string }>) => value.get("vm.swappiness")?.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseSysctl, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseSysctl, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseSysctl, good, pick }));
});
