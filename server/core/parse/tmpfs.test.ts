import { describe, expect, it } from "vitest";
import { readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseDf, parseMounts, type TmpfsMount } from "./tmpfs";

const KIB = 1024;

describe("df", () => {
  it("without types, a mount of memory is known by its source (busybox df -kP)", () => {
    const { value, skipped } = parseDf(readFixture("guest-6.1-virtio-incident/df-tmpfs"));
    expect(skipped).toEqual([]);
    expect(value).toEqual([
      { line: 2, mountPoint: "/dev", fsType: "devtmpfs", size: 1_482_488 * KIB, used: 0 },
      { line: 3, mountPoint: "/dev/shm", fsType: "tmpfs", size: 1_487_468 * KIB, used: 0 },
      { line: 4, mountPoint: "/run", fsType: "tmpfs", size: 65_536 * KIB, used: 4 * KIB },
    ]);
  });

  it("with types (-T), devices are left out", () => {
    const text = [
      "Filesystem     Type     1K-blocks     Used Available Use% Mounted on",
      "/dev/vda1      ext4      81106868 12345678  68744806  16% /",
      "tmpfs          tmpfs      8030000      123   8029877   1% /run/user/1000",
      "overlay        overlay   81106868 12345678  68744806  16% /var/lib/docker/a b",
    ].join("\n");
    const { value, skipped } = parseDf(text);
    expect(value).toEqual([
      ...[{ line: 3, mountPoint: "/run/user/1000", fsType: "tmpfs" }].map((row) => ({
        ...row,
        ...{ size: 8_030_000 * KIB, used: 123 * KIB },
      })),
    ]);
    expect(skipped).toEqual([]);
  });

  it("the heading gives the unit; -h has it at each number", () => {
    const row = (heading: string, size: string, used: string) =>
      parseDf(`Filesystem ${heading} Used Available Use% Mounted on\ntmpfs ${size} ${used} 9 1% /a`)
        .value[0];
    expect(row("512-blocks", "16", "8")).toMatchObject({ size: 8 * KIB, used: 4 * KIB });
    expect(row("1M-blocks", "2", "1")).toMatchObject({ size: 2 * KIB * KIB, used: KIB * KIB });
    expect(row("Size", "1.5G", "12K")).toMatchObject({ size: 1.5 * KIB ** 3, used: 12 * KIB });
  });

  it("a size that df does not know is absent", () => {
    const { value } = parseDf("tmpfs 0 - - - /sys/fs/cgroup\ntmpfs 8 4 4 50% /run");
    expect(value[0]).toEqual({ line: 1, mountPoint: "/sys/fs/cgroup", fsType: "tmpfs", size: 0 });
  });

  it("a table without memory is an empty list, any other text an error", () => {
    const heading = "Filesystem 1K-blocks Used Available Use% Mounted on";
    expect(parseDf(`${heading}\n/dev/vda1 9 8 1 88% /`).value).toEqual([]);
    expect(() => parseDf("Filesystem Inodes IUsed IFree IUse% Mounted on")).toThrow(ParseError);
  });

  const good = "tmpfs 65536 4 65532 1% /run";
  const pick = (mounts: readonly TmpfsMount[]) => mounts.map(({ size, used }) => [size, used]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseDf, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseDf, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseDf, good, pick }));
});

describe("mounts", () => {
  it("the rows of memory, with their limit in bytes (6.1)", () => {
    const { value, skipped } = parseMounts(readFixture("guest-6.1-virtio-incident/proc/mounts"));
    expect(skipped).toEqual([]);
    expect(value).toEqual([
      { line: 1, mountPoint: "/dev", fsType: "devtmpfs", size: 1_482_488 * KIB },
      { line: 6, mountPoint: "/dev/shm", fsType: "tmpfs" },
      { line: 7, mountPoint: "/run", fsType: "tmpfs", size: 65_536 * KIB },
    ]);
  });

  it("a limit in percent is not known from the text", () => {
    expect(parseMounts("tmpfs /a tmpfs rw,size=50%,mode=755 0 0").value[0]).not.toHaveProperty(
      "size",
    );
  });

  it("a path is unescaped", () => {
    expect(parseMounts("tmpfs /a\\040b\\134c tmpfs rw 0 0").value[0]?.mountPoint).toBe("/a b\\c");
  });

  it("the mount command prints other rows of the same facts", () => {
    const { value } = parseMounts("tmpfs on /run type tmpfs (rw,nosuid,size=64k,mode=755)");
    expect(value).toEqual([{ line: 1, mountPoint: "/run", fsType: "tmpfs", size: 64 * KIB }]);
  });

  it("other text is an error", () => {
    expect(() => parseMounts("a b c")).toThrow(ParseError);
  });

  const good = "run /run tmpfs rw,relatime,size=65536k 0 0";
  const pick = (mounts: readonly TmpfsMount[]) => mounts.map((mount) => mount.size);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseMounts, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseMounts, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseMounts, good, pick }));
});
