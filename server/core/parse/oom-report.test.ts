import { describe, expect, it } from "vitest";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { isTrouble } from "./kernel-notices";
import { type KernelLog, type OomReport, parseKernelLog } from "./oom-report";
import { ParseError } from "./parsed";

const KIB = 1024;
const PAGE = 4096;
const parse = (text: string) => parseKernelLog(text, PAGE);

function lastReport(text: string): OomReport {
  const report = parse(text).value.oom.at(-1);
  if (!report) throw new Error("no report");
  return report;
}

const kib = (report: OomReport, name: string) =>
  (report.totals.get(name)?.value ?? Number.NaN) / KIB;

/** Managed memory that no number of the report explains, in KiB; names not printed count as none. */
function unexplainedKib(report: OomReport): number {
  const explained = [
    "free",
    "free_pcp",
    "active_anon",
    "inactive_anon",
    "active_file",
    "inactive_file",
    "isolated_anon",
    "isolated_file",
    "unevictable",
    "slab_reclaimable",
    "slab_unreclaimable",
    "kernel_stack",
    "pagetables",
    "hugetlb",
  ];
  const sum = explained.reduce((bytes, name) => bytes + (report.totals.get(name)?.value ?? 0), 0);
  return ((report.managed?.value ?? Number.NaN) - sum) / KIB;
}

describe.skipIf(!hasCapture(""))("memory reports of public captures", () => {
  it("6.8: pages, zone lines, slabs and tasks; 88 % of the memory is in no number (nfsd)", () => {
    const { value } = parse(readCapture("lore-nfsd-pagefrag-oom-arm-6.8/dmesg.txt"));
    expect(value.oom).toHaveLength(1);
    const report = lastReport(readCapture("lore-nfsd-pagefrag-oom-arm-6.8/dmesg.txt"));
    expect(report.trigger).toBe(
      "nfsd invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0",
    );
    expect(report.managed?.value).toBe(1_011_988 * KIB);
    expect(report.totals.get("active_anon")).toEqual({ value: 101 * PAGE, line: 22 });
    expect(kib(report, "kernel_stack")).toBe(1088);
    expect(kib(report, "swap_total")).toBe(102_396);
    expect(report.tasks).toHaveLength(41);
    expect(report.tasks[0]).toMatchObject({ pid: 209, comm: "systemd-udevd", rss: 320 * PAGE });
    expect(report.slabs).toHaveLength(49);
    expect(report.slabs.find((slab) => slab.name === "kmalloc-4k")).toMatchObject({
      used: 860 * KIB,
      total: 992 * KIB,
    });
    expect(unexplainedKib(report)).toBe(894_660);
    // The kill before this report belongs to another one, whose head is lost.
    expect(value.notices[0]?.text).toContain("Killed process 454 (dbus-daemon)");
  });

  it("4.18: syslog prefix and lines cut by the logger; 77 % is in no number (Hyper-V balloon)", () => {
    const text = readCapture("lore-hyperv-balloon-oom-el8/var/log/messages");
    const report = lastReport(text);
    expect(report.trigger).toMatch(/^tuned invoked oom-killer/);
    expect(report.managed?.value).toBe(16_408_788 * KIB);
    expect(kib(report, "shmem")).toBe(738_916 * 4);
    expect(report.killed).toMatchObject({ pid: 925, comm: "firewalld" });
    expect(report.tasks).toHaveLength(25);
    expect(report.tasks.find((task) => task.pid === 1210)?.comm).toBe("(sd-pam)");
    expect(Math.abs(unexplainedKib(report) - 12_669_484)).toBeLessThan(1);
    const balloon = parse(text).value.notices.filter((notice) => /balloon/i.test(notice.text));
    expect(balloon.map((notice) => notice.text)).toEqual([
      expect.stringContaining("Balloon floor reached"),
    ]);
  });

  it("2.6.36: no totals, zones are added up and present: stands for managed: (VirtualBox)", () => {
    const report = lastReport(readCapture("lore-virtualbox-oom-2.6.36/var/log/messages"));
    expect(report.managed?.value).toBe((15_788 + 885_944 + 1_141_984) * KIB);
    expect(kib(report, "active_anon")).toBe(3700 + 176_740 + 492_208);
    expect(kib(report, "mapped")).toBe(52 + 576_992 + 493_648);
    expect(unexplainedKib(report)).toBe(1_093_032);
  });

  it("2.6.11: the old one-line totals (tg3 bridge)", () => {
    const report = lastReport(readCapture("lore-tg3-bridge-slab-lowmem-2.6.11/netconsole.log"));
    expect(report.trigger).toBe("oom-killer: gfp_mask=0xd0");
    expect(kib(report, "slab")).toBe(218_645 * 4);
    expect(kib(report, "active")).toBe(186_580 * 4);
    expect(kib(report, "free")).toBe(433_920);
    expect(report.managed?.value).toBe(2_097_024 * KIB);
    expect(report.killed).toMatchObject({ pid: 13539, comm: "apache" });
  });

  it("an excerpt with one zone of several does not tell the managed memory (orioledb)", () => {
    const report = lastReport(readCapture("gh-orioledb-394-oom/dmesg.txt"));
    expect(kib(report, "shmem")).toBe(20_783_552 * 4);
    expect(kib(report, "pagetables")).toBe(5_644_288);
    expect(kib(report, "kernel_stack")).toBe(20_512);
    expect(report.managed).toBeUndefined();
    expect(report.managedEstimate).toEqual({ value: (15_360 + 128_470 * 256 * 4) * KIB, line: 10 });
  });

  it("6.6: an excerpt that begins in the middle (OpenWrt)", () => {
    const report = lastReport(readCapture("gh-openwrt-19544-leak/dmesg.txt"));
    expect(report).not.toHaveProperty("trigger");
    expect(report.managed?.value).toBe(119_260 * KIB);
    expect(kib(report, "slab_unreclaimable")).toBe(5579 * 4);
    // 67 % of managed memory, as the reporter's case says.
    expect(unexplainedKib(report) / 119_260).toBeCloseTo(0.67, 2);
  });

  it("orphaned sockets are a notice of trouble, what the kernel says at boot is none", () => {
    expect(parse(readCapture("gh-geekgao-7-orphans/dmesg.txt")).value.notices).toEqual([
      { line: 1, text: "Out of socket memory" },
    ]);
    const boot = parse(readCapture("hotsos-k8s-worker-2004/sos_commands/kernel/dmesg")).value;
    expect(boot.oom).toEqual([]);
    expect(boot.notices.filter(isTrouble)).toEqual([]);
    expect(boot.notices.map(({ line }) => line)).toEqual([2, 119, 120, 127, 133, 367, 460]);
  });
});

const MEM_INFO = "active_anon:101 inactive_anon:127 isolated_anon:29";

describe("memory reports with odd input", () => {
  it.each([
    "[  123.456789] ",
    "[121972.020000] ",
    "[Mon Jan 01 10:00:00 2024] ",
    "Jan 25 14:59:30 dhcp-132.example.net kernel: ",
    "Oct 19 09:44:08 myhost kernel: [  618.441551] ",
    "2021-01-25T14:59:30+0000 host kernel: ",
    "2021-01-25 14:59:30.123456 host kernel: <4>",
    "<4>[   12.345678][  T123] ",
    "[   12.345678] [3: Binder:9343_3:22875] ",
    "> > [   12.345678] ",
    "4,1234,5678901234,-;",
    "4,1234,5678901234,c;",
    "kern  :warn  : [   12.345678] ",
    "[  +0.000003] ",
    "[Nov25 07:40] ",
    "<4>1 2021-01-25T14:59:30.123456Z host kernel - - - ",
    "[   12.345678][  C0] ",
    "[   12.345678] (2)[1234:Binder] ",
    "                            ",
  ])("are read behind the prefix %j", (prefix) => {
    const report = lastReport(`${prefix}${MEM_INFO}`);
    expect(kib(report, "inactive_anon")).toBe(508);
  });

  it("begin anew with each trigger", () => {
    const { value } = parse(
      [
        "a invoked oom-killer: gfp_mask=0x0, order=0",
        "active_anon:1 inactive_anon:2",
        "Out of memory: Kill process 7 (my app) score 900 or sacrifice child",
        "Killed process 8 (child) total-vm:1kB",
        "b: page allocation failure: order:5, mode:0x40cc0(GFP_KERNEL)",
        "active_anon:3 inactive_anon:4",
      ].join("\n"),
    );
    expect(value.oom.map((report) => [report.line, kib(report, "active_anon")])).toEqual([
      [1, 4],
      [5, 12],
    ]);
    expect(value.oom[0]?.killed).toEqual({ pid: 7, comm: "my app", line: 3 });
    expect(value.oom[1]).not.toHaveProperty("killed");
  });

  it("of a memory cgroup name the group, its limit and its memory.stat, and have no totals (v2)", () => {
    const report = lastReport(
      [
        "java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=986",
        "memory: usage 102400kB, limit 102400kB, failcnt 6402",
        "swap: usage 0kB, limit 9007199254740988kB, failcnt 0",
        "Memory cgroup stats for /kubepods.slice/kubepods-pod5931aa75.slice:",
        "anon 98742272",
        "file 2469888",
        "kernel_stack 131072",
        "pgfault 77",
        "Tasks state (memory values in pages):",
        "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=x,mems_allowed=0,oom_memcg=/kubepods.slice/kubepods-pod5931aa75.slice,task_memcg=/a,task=java,pid=77,uid=0",
        "Memory cgroup out of memory: Killed process 77 (java) total-vm:1kB",
      ].join("\n"),
    );
    expect(report.totals.size).toBe(0);
    expect(report.killed?.comm).toBe("java");
    expect(report.cgroup).toEqual({
      path: "/kubepods.slice/kubepods-pod5931aa75.slice",
      usage: { value: 102_400 * KIB, line: 2 },
      limit: { value: 102_400 * KIB, line: 2 },
      failcnt: 6402,
      stat: new Map([
        ["anon", { value: 98_742_272, line: 5 }],
        ["file", { value: 2_469_888, line: 6 }],
        ["kernel_stack", { value: 131_072, line: 7 }],
      ]),
    });
  });

  it("of a memory cgroup before 5.2 name it in one line; a limit of all is none (v1)", () => {
    const stamp = "[198542.576728] ";
    const report = lastReport(
      [
        `${stamp}java invoked oom-killer: gfp_mask=0x6200ca, order=0, oom_score_adj=916`,
        `${stamp}Task in /kubepods/podA/c1 killed as a result of limit of /kubepods/podA`,
        `${stamp}memory: usage 32461120kB, limit 9007199254740988kB, failcnt 0`,
        `${stamp}memory+swap: usage 35651584kB, limit 35651584kB, failcnt 24892068`,
        `${stamp}Memory cgroup stats for /kubepods/podA: cache:28030012KB rss:3958288KB rss_huge:0KB`,
        `${stamp}Memory cgroup stats for /kubepods/podA/c1: cache:4KB rss:5KB`,
      ].join("\n"),
    );
    expect(report.cgroup?.path).toBe("/kubepods/podA");
    expect(report.cgroup).not.toHaveProperty("limit");
    expect(report.cgroup?.stat.get("cache")).toEqual({ value: 28_030_012 * KIB, line: 5 });
  });

  it("list the largest call sites where the kernel counts them (6.10+)", () => {
    const report = lastReport(
      [
        "x invoked oom-killer: gfp_mask=0x0, order=0",
        "[  12.000001] Memory allocations:",
        "[  12.000002]     55.2 MiB    14138 mm/slub.c:2320 func:alloc_slab_page",
        "[  12.000003]     1.12 GiB   294912 drivers/net/x/rx.c:88 [x_net] func:x_refill",
        "[  12.000004]         4096        1 kernel/fork.c:310 func:alloc_thread_stack_node",
      ].join("\n"),
    );
    expect(report.sites.map(({ bytes, calls, line }) => [bytes, calls, line])).toEqual([
      [Math.round(55.2 * KIB * KIB), 14_138, 3],
      [Math.round(1.12 * KIB ** 3), 294_912, 4],
      [4096, 1, 5],
    ]);
    expect(report.sites[1]?.frames).toEqual([
      { func: "x_refill", file: "drivers/net/x/rx.c", sourceLine: 88, module: "x_net" },
    ]);
  });

  it("of two tasks that print at the same time are kept apart by the caller", () => {
    const { value } = parse(
      [
        "[  1.000001][ T11] a invoked oom-killer: gfp_mask=0x0, order=0",
        "[  1.000002][ C3] swapper/3: page allocation failure: order:5, mode:0x40cc0",
        "[  1.000003][ T11] active_anon:1 inactive_anon:2",
        "[  1.000004][ C3] active_anon:7 inactive_anon:8",
        "[  1.000005][ T11] Out of memory: Killed process 9 (a) total-vm:1kB",
      ].join("\n"),
    );
    expect(value.oom.map((report) => [report.line, kib(report, "active_anon")])).toEqual([
      [1, 4],
      [2, 28],
    ]);
    expect(value.oom[0]?.killed?.pid).toBe(9);
  });

  it("wrapped by a mail program are put together again", () => {
    const report = lastReport(
      [
        "> active_anon:101 inactive_anon:127",
        "> isolated_anon:29 dirty:5",
        "> Node 0 DMA free:4kB min:1kB present:8kB",
        "> managed:8kB mlocked:0kB all_unreclaimable? no",
        "> Node 0 Normal free:40kB",
        "> min:1kB present:80kB managed:72kB",
        "see below: it leaks",
      ].join("\n"),
    );
    expect(kib(report, "isolated_anon")).toBe(29 * 4);
    expect(kib(report, "dirty")).toBe(20);
    expect(kib(report, "free")).toBe(44);
    expect(kib(report, "managed")).toBe(80);
  });

  it("begin with a stall, a failed vmalloc and a SysRq as well", () => {
    const { value } = parse(
      [
        "[ 1.0] kworker/1:1: page allocation stalls for 10004ms, order:0, mode:0x14000c0(GFP_KERNEL)",
        "[ 2.0] bpf: vmalloc error: size 4096, page order 0, failed to allocate pages, mode:0xcc2",
        "[ 3.0] sysrq: Show Memory",
        "[ 4.0] SysRq : Show Memory",
      ].join("\n"),
    );
    expect(value.oom.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
  });

  it("use the given page size", () => {
    const { value } = parseKernelLog(MEM_INFO, 65_536);
    expect(value.oom[0]?.totals.get("active_anon")?.value).toBe(101 * 65_536);
  });

  it("show the page size in their free lists, which goes before the given one", () => {
    const report = lastReport(`${MEM_INFO}\nNode 0 Normal: 100*64kB (UM) 3*128kB (U) = 6784kB`);
    expect(report.totals.get("active_anon")?.value).toBe(101 * 65_536);
  });

  it("give no estimate of managed memory for one of several NUMA nodes, or below what is in use", () => {
    const zone = "Node 0 DMA free:4kB min:1kB present:8kB managed:8kB";
    const reserve = "lowmem_reserve[]: 0 10 20 20";
    const estimate = (...lines: string[]) => lastReport(lines.join("\n")).managedEstimate?.value;
    const inUse = "active_anon:5000 inactive_anon:0 isolated_anon:0";
    expect(estimate(inUse, zone, reserve)).toBe((8 + 20 * 256 * 4) * KIB);
    const nodes = ["Node 0 active_anon:4kB", "Node 1 active_anon:4kB"];
    expect(estimate(inUse, ...nodes, zone, reserve)).toBeUndefined();
    expect(estimate(inUse.replace("5000", "6000"), zone, reserve)).toBeUndefined();
  });

  it("leave out a sum when one zone's line was cut before it", () => {
    const report = lastReport(
      [
        "Node 0 DMA free:4kB min:1kB present:8kB managed:8kB",
        "Node 0 Normal free:40kB min:1kB present:80kB manag>",
      ].join("\n"),
    );
    expect(kib(report, "free")).toBe(44);
    expect(kib(report, "present")).toBe(88);
    expect(report.totals.has("managed")).toBe(false);
  });

  it("add up huge pages of all sizes and nodes", () => {
    const report = lastReport(
      [
        MEM_INFO,
        "Node 0 hugepages_total=2 hugepages_free=0 hugepages_surp=0 hugepages_size=1048576kB",
        "Node 1 hugepages_total=3 hugepages_free=0 hugepages_surp=0 hugepages_size=2048kB",
      ].join("\n"),
    );
    expect(kib(report, "hugetlb")).toBe(2 * 1_048_576 + 3 * 2048);
  });

  it("read task names with blanks and digits by the header's columns", () => {
    const report = lastReport(
      [
        "x invoked oom-killer: gfp_mask=0x0, order=0",
        "[ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name",
        "[  762]     0   762    27626     1788      70        0             0 7 zip x",
      ].join("\n"),
    );
    expect(report.tasks).toEqual([
      { pid: 762, comm: "7 zip x", rss: 1788 * PAGE, swap: 0, line: 3 },
    ]);
  });

  it("read the parts of rss, page tables and swap where the table has them (6.8+)", () => {
    const report = lastReport(
      [
        "x invoked oom-killer: gfp_mask=0x0, order=0",
        "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
        "[    209]     0   209     5140      320      100      200        20          65536        7         -1000 systemd-udevd",
      ].join("\n"),
    );
    expect(report.tasks[0]).toEqual({
      ...{ pid: 209, comm: "systemd-udevd", rss: 320 * PAGE, line: 3, swap: 7 * PAGE },
      ...{ rssAnon: 100 * PAGE, rssFile: 200 * PAGE, rssShmem: 20 * PAGE, vmPte: 65_536 },
    });
  });

  it("are absent from another log, which is no error; an empty text is one", () => {
    expect(parse("usb 1-1: new device").value).toEqual({ oom: [], notices: [] });
    expect(() => parse("")).toThrow(ParseError);
  });

  it.each([
    "TCP: too many orphaned sockets",
    "TCP: out of memory -- consider tuning tcp_mem",
    "page_pool_release_retry() stalled pool shutdown: id 5, 12 inflight 60 sec",
    "INFO: task kworker/0:1:77 blocked for more than 120 seconds.",
    "hv_balloon: Balloon floor reached, some memory pages may be leaked",
    "nf_conntrack: nf_conntrack: table full, dropping packet",
    "audit: backlog limit exceeded",
    "SLUB: Unable to allocate memory on node -1, gfp=0x480020(GFP_ATOMIC)",
    "Memory: 3991708K/4193768K available (14339K kernel code, 202060K reserved, 0K cma-reserved)",
    "Reserving 256MB of memory at 608MB for crashkernel (System RAM: 16383MB)",
    "mce: [Hardware Error]: Machine check events logged",
    "EDAC MC0: 1 CE memory read error on CPU_SrcID#0",
    "Memory failure: 0x13fe3c: recovery action for dirty LRU page: Recovered",
    "percpu: Embedded 60 pages/cpu s208896 r8192 d28672 u1048576",
    "kmemleak: 12 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
    "kvdo1:vdoAck0: VDO_VERSION 1.1",
    "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.54.03",
  ])("stand beside the notice %j", (text) => {
    expect(parse(`[   12.345678] ${text}`).value.notices).toHaveLength(1);
  });
});

it.each([
  ["[0.0] Linux version 6.1.0-13-amd64 (debian-kernel@lists.debian.org)", "6.1.0-13-amd64"],
  ["CPU: 2 PID: 24417 Comm: python3 Not tainted 6.8.0-45-generic #45-Ubuntu", "6.8.0-45-generic"],
  ["CPU: 2 UID: 0 PID: 7 Comm: my app Tainted: G           OE      6.12.0 #1", "6.12.0"],
  ["Pid: 77, comm: java Not tainted 2.6.36 #1", "2.6.36"],
])("the kernel is told by %j", (line, kernel) => {
  expect(parse(line).value.kernel).toBe(kernel);
});

it("the host is told by a log of one host alone", () => {
  const line = (host: string) => `Oct 19 09:44:08 ${host} kernel: [ 1.0] x`;
  expect(parse(`${line("a")}\n${line("a")}`).value.hostname).toBe("a");
  expect(parse(`${line("a")}\n${line("b")}`).value).not.toHaveProperty("hostname");
});

it("a notice that repeats keeps its first and last lines and hides no other", () => {
  const flood = Array.from(
    { length: 5000 },
    (_, at) => `[ ${at}.0] TCP: too many orphaned sockets`,
  );
  const { notices } = parse([...flood, "[ 9.0] audit: backlog limit exceeded"].join("\n")).value;
  expect(notices.length).toBeLessThan(100);
  expect(notices.at(0)?.line).toBe(1);
  expect(notices.at(-2)?.line).toBe(5000);
  expect(notices.at(-1)?.line).toBe(5001);
});

describe("hostile kernel logs", () => {
  const hostile = {
    parse,
    good: MEM_INFO,
    pick: (log: KernelLog) => log.oom[0]?.totals.get("active_anon")?.value,
  };
  it("throw nothing but ParseError", () => expectOnlyParseErrors(parse));
  it("never lose a line among garbage", () => expectNeverLost(hostile));
  it("are read in linear time", () => expectLinear(hostile), 20_000);
});
