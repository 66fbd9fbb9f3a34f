import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  collect,
  isInstalled,
  isLinux,
  machine,
  read,
  SHELLS,
  unpack,
  withTools,
} from "./collector.test-support";

const PACKET =
  "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n00000000c7b78079 2      3    0003   0     1 0      0      35871 \n";
const MAPS = `7f0000000000-7f0001001000 rw-s 00000000 00:10 17                         anon_inode:[perf_event]
7f0002000000-7f0006000000 rw-s 00000000 00:08 35871                      socket:[35871]
7f0007000000-7f0007026000 r--p 00000000 fe:00 1445                       /opt/private/lib.so
`;

/** A process with a ring of each kind, as links in a copy of /proc. */
function machineWithRings(): string {
  const root = machine({
    "proc/7/maps": MAPS,
    "proc/7/fdinfo/3":
      "pos:\t0\nino:\t54184\nSqMask:\t0x7fff\nSqHead:\t0\nCqMask:\t0xffff\nUserBufs:\t1\n    0: 0x7f52efc00000/16777216\n",
    "proc/7/fdinfo/4":
      "pos:\t0\nmap_type:\t27\nmax_entries:\t4096\nmemlock:\t16855368\nmap_id:\t32\n",
    "proc/7/fdinfo/6": "drm-driver:\tamdgpu\ndrm-memory-gtt:\t12 KiB\ndrm-engine-gfx:\t99 ns\n",
    "proc/net/packet": PACKET,
    "proc/1/net/packet": PACKET,
    "proc/1/net/sockstat": "sockets: used 4\n",
    "sys/kernel/tracing/buffer_total_size_kb": "2816\n",
    "sys/kernel/tracing/instances/agent/buffer_total_size_kb": "65536\n",
    "proc/sys/net/netfilter/nf_conntrack_count": "77\n",
    "proc/sys/fs/dentry-state": "9 8 45 0 3 0\n",
    "proc/key-users": "    0:    49 48/48 32/1000000 640/25000000\n",
    "proc/iomem":
      "00001000-0009fbff : System RAM\n000a0000-000fffff : Reserved\n00100000-bfffffff : System RAM\n  01000000-01ffffff : Kernel code\n  b0000000-b7ffffff : Crash kernel\n",
  });
  const fd = join(root, "proc/7/fd");
  mkdirSync(fd);
  const links = [
    "anon_inode:[eventpoll]",
    "anon_inode:[perf_event]",
    "anon_inode:[io_uring]",
    "anon_inode:bpf-map",
    "socket:[35871]",
    "/dev/dri/renderD128",
    "pipe:[40]",
    "pipe:[40]",
    "/var/log/private.log",
  ];
  for (const [at, target] of links.entries()) symlinkSync(target, join(fd, String(at + 1)));
  return root;
}

for (const [name, shell] of SHELLS) {
  const usable = isLinux && isInstalled(shell[0]);
  const title = usable ? name : `${name} (skipped: not installed here)`;

  describe.skipIf(!usable)(`memory behind descriptors, under ${title}`, () => {
    it("is told by fdinfo, mappings and counts; nothing else of these files is kept", () => {
      const snap = unpack(collect(["--root", machineWithRings(), "--wait", "0"], { shell }));
      expect(read(snap, "pids.fdinfo").split("\n").sort()).toEqual(
        [
          "",
          "/proc/7/fdinfo/3:CqMask:\t0xffff",
          "/proc/7/fdinfo/3:SqMask:\t0x7fff",
          "/proc/7/fdinfo/3:UserBufs:\t1",
          "/proc/7/fdinfo/3:ino:\t54184",
          "/proc/7/fdinfo/4:map_id:\t32",
          "/proc/7/fdinfo/4:map_type:\t27",
          "/proc/7/fdinfo/4:max_entries:\t4096",
          "/proc/7/fdinfo/4:memlock:\t16855368",
          "/proc/7/fdinfo/6:drm-driver:\tamdgpu",
          "/proc/7/fdinfo/6:drm-memory-gtt:\t12 KiB",
        ].sort(),
      );
      expect(read(snap, "pids.maps")).toBe(
        MAPS.split("\n")
          .slice(0, 2)
          .map((line) => `/proc/7/maps:${line}\n`)
          .join(""),
      );
      const counts = read(snap, "pids.fdcount");
      expect(counts).toContain("/proc/7/fd 1 anon_inode:eventpoll\n");
      expect(counts).toContain("/proc/7/fd 2 pipe\n");
      expect(counts).toContain("/proc/7/fd 1 file\n");
      expect(read(snap, "pids.fd")).not.toMatch(/eventpoll|private/);
    });

    it("and beside it, what limits and tables say", () => {
      const snap = unpack(collect(["--root", machineWithRings(), "--wait", "0"], { shell }));
      expect(read(snap, "sys/kernel/tracing/instances/agent/buffer_total_size_kb")).toBe("65536\n");
      expect(read(snap, "proc/sys/net/netfilter/nf_conntrack_count")).toBe("77\n");
      expect(read(snap, "proc/sys/fs/dentry-state")).toBe("9 8 45 0 3 0\n");
      expect(read(snap, "proc/key-users")).toContain("48/48");
      expect(read(snap, "proc/iomem")).toBe(
        "00001000-0009fbff : System RAM\n00100000-bfffffff : System RAM\n  b0000000-b7ffffff : Crash kernel\n",
      );
    });
  });
}

describe.skipIf(!isLinux)("tools that are installed", () => {
  it("are asked, and one that hangs is named and costs its time limit only", () => {
    const env = withTools({
      auditctl: "echo 'backlog_limit 8192'\necho 'backlog 12'\n",
      bpftool: 'if [ "$2" = prog ]; then sleep 60; else echo "[]"; fi\n',
    });
    const started = Date.now();
    const run = collect(["--wait", "0", "--limit", "1"], { env });
    expect(Date.now() - started).toBeLessThan(20_000);
    const snap = unpack(run);
    expect(read(snap, "auditctl")).toBe("backlog_limit 8192\nbacklog 12\n");
    expect(read(snap, "bpf-map")).toBe("[]\n");
    expect(read(snap, "missing")).toContain("cmd:bpftool failed or timed out (124)\n");
  }, 60_000);

  it("of an old kernel log only what tells of memory is kept before its end", () => {
    const env = withTools({
      dmesg:
        "echo '[    0.1] Memory: 900K/1024K available'\necho '[    0.2] usb 1-1: new device'\nawk 'BEGIN { for (i = 0; i < 2000; i++) print \"[    1.0] line \" i }'\n",
    });
    const lines = read(unpack(collect(["--wait", "0"], { env })), "dmesg")
      .trim()
      .split("\n");
    expect(lines).toHaveLength(2_001);
    expect(lines[0]).toBe("[    0.1] Memory: 900K/1024K available");
    expect(lines.at(-1)).toBe("[    1.0] line 1999");
  });
});
