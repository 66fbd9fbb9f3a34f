import type { SiteTable } from "../../core/parse/allocation-site";
import { parseBootLog } from "../../core/parse/boot-log";
import { parseCgroupMemory, parseProcCgroups } from "../../core/parse/cgroup-memory";
import { parseSysctl } from "../../core/parse/host-facts";
import { isTrouble } from "../../core/parse/kernel-notices";
import type { KernelLog } from "../../core/parse/oom-report";
import { parseKernelLog } from "../../core/parse/oom-report";
import type { Sourced } from "../../core/snapshot";
import type { Draft } from "./draft";
import { type Format, stemOf, type TextFile } from "./format";

const CGROUP_FILES = [
  "cgroup.stat",
  "memory.stat",
  "memory.current",
  "memory.max",
  "memory.high",
  "memory.swap.current",
  "memory.usage_in_bytes",
  "memory.limit_in_bytes",
  "memory.memsw.usage_in_bytes",
  "memory.kmem.usage_in_bytes",
  "memory.kmem.tcp.usage_in_bytes",
];
const CGROUP_ROOT = "sys/fs/cgroup/";
const PROC_SYS = "proc/sys/";

/** The files of all groups as one text with the path before each line, as `grep . FILE…` prints it. */
function combineCgroups(files: readonly TextFile[]): TextFile {
  const text = files.map((file) => prefixed(file, CGROUP_ROOT)).join("\n");
  return { name: "sys/fs/cgroup/*", path: CGROUP_ROOT, text, combinedFrom: files.length };
}

function prefixed(file: TextFile, root: string): string {
  const prefix = `/${file.path.slice(file.path.lastIndexOf(root))}:`;
  return file.text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => prefix + line)
    .join("\n");
}

/** "proc/sys/vm/min_free_kbytes" holding "67584" → "vm.min_free_kbytes = 67584". */
function combineProcSys(files: readonly TextFile[]): TextFile {
  const text = files
    .map((file) => {
      const name = file.path.slice(file.path.lastIndexOf(PROC_SYS) + PROC_SYS.length);
      return `${name.replaceAll("/", ".")} = ${file.text.trim().replaceAll("\n", " ")}`;
    })
    .join("\n");
  return { name: "proc/sys/*", path: PROC_SYS, text, combinedFrom: files.length };
}

function enterSysctl(draft: Draft, file: TextFile): boolean {
  const values = draft.read(file, parseSysctl);
  if (values) draft.lists.sysctl.push(values);
  return values !== undefined;
}

const LOG_RANK: readonly RegExp[] = [
  /(?:^|\/)dmesg/,
  /journalctl[^/]*(?:_-k|dmesg)/,
  /kern\.log/,
  /messages/,
  /syslog/,
];

function logRank(path: string): number {
  const at = LOG_RANK.findIndex((pattern) => pattern.test(path));
  return at < 0 ? LOG_RANK.length : at;
}

/**
 * Several logs may be there, and the out-of-memory report only in the one that reaches far enough back:
 * the first that has a report stays, else the first that says anything about memory.
 */
function enterLog(draft: Draft, file: TextFile): boolean {
  const log = draft.read(file, (text) => parseKernelLog(text, draft.pageSize));
  if (!log) return false;
  if (log.value.hostname !== undefined) draft.facts.hostname ??= log.value.hostname;
  if (log.value.kernel !== undefined) draft.facts.kernel ??= log.value.kernel;
  const before = draft.single.kernelLog;
  enterBoot(draft, file);
  if (before && weight(log) <= weight(before)) return true;
  draft.single.kernelLog = log;
  draft.lists.allocationSites = [
    ...draft.lists.allocationSites.filter(({ via }) => via !== "memory-report"),
    ...reportSites(log),
  ];
  return true;
}

/** The largest call sites of the newest memory report that lists them. */
function reportSites({ file, value }: Sourced<KernelLog>): readonly SiteTable[] {
  const report = value.oom.findLast(({ sites }) => sites.length > 0);
  return report ? [{ file, via: "memory-report", covers: "held", sites: report.sites }] : [];
}

/** The first log that reaches back to the boot tells of it. */
function enterBoot(draft: Draft, file: TextFile): void {
  if (draft.single.bootLog) return;
  const boot = draft.read(file, parseBootLog);
  const isTold = boot && (boot.value.available ?? boot.value.percpuPagesPerCpu);
  if (isTold) draft.single.bootLog = boot;
}

function weight(log: Sourced<KernelLog>): number {
  if (log.value.oom.length > 0) return 2;
  return log.value.notices.some(isTrouble) ? 1 : 0;
}

const LOG_LINE =
  /^(?:<\d>)?\[\s{0,8}\d+\.\d{3,6}\]|invoked oom-killer|^\s*Mem-Info:|^[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d \S+ kernel:|page allocation failure/m;
const HUGEPAGES = /hugepages-(\d+)kB\/([a-z_]+)$/;

/** Settings, groups, pools and logs. */
export const KERNEL_FORMATS: readonly Format[] = [
  {
    id: "cgroup-memory",
    names: CGROUP_FILES,
    where: /(?:^|\/)sys\/fs\/cgroup\//,
    take: "combined",
    combine: combineCgroups,
    enter: enterCgroups,
  },
  {
    id: "cgroup.memory",
    names: ["cgroup.memory"],
    looksLike: (head) => /^\/sys\/fs\/cgroup\/[^\n:]*(?:memory|cgroup)\.[a-z_.]+:/m.test(head),
    take: "best",
    mayBeEmpty: true,
    enter: enterCgroups,
  },
  {
    id: "cgroups",
    names: ["cgroups"],
    where: /(?:^|\/)proc\/cgroups$|^cgroups/,
    looksLike: (head) => /^#?subsys_name\s+hierarchy\s+num_cgroups/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const counts = draft.read(file, parseProcCgroups);
      if (counts) draft.single.cgroupCounts = counts;
      return counts !== undefined;
    },
  },
  {
    id: "sysctl",
    names: ["sysctl"],
    starts: ["sysctl_"],
    looksLike: (head) => /^(?:vm|net|kernel|fs)\.[\w.-]+ ?= ?\S/m.test(head),
    take: "all",
    enter: enterSysctl,
  },
  {
    id: "proc-sys",
    names: [],
    starts: [""],
    where:
      /(?:^|\/)proc\/sys\/(?:vm|fs|net\/core|net\/ipv4|net\/unix|net\/netfilter|kernel)\/[^/]+$/,
    except: /proc\/sys\/kernel\/(?:hostname|osrelease|version)$/,
    take: "combined",
    combine: combineProcSys,
    enter: enterSysctl,
  },
  {
    id: "hugepages",
    names: [],
    starts: [""],
    where: /(?:^|\/)hugepages\/hugepages-\d+kB\/(?:nr|free|resv|surplus)_hugepages$/,
    take: "all",
    enter: enterHugepages,
  },
  {
    id: "kernel-log",
    names: [
      "dmesg",
      "kern",
      "messages",
      "syslog",
      "netconsole",
      "journal",
      "boot.omsg",
      "boot.msg",
    ],
    starts: [
      "dmesg",
      "kern.log",
      "journalctl_",
      "var.log.messages",
      "var.log.syslog",
      "var.log.kern",
    ],
    except: /(?:^|\/)(?:etc|usr|run|lib|proc)\/|\.(?:gz|xz|bz2|\d+)$|list-boots|_verify|disk-usage/,
    keep: "tail",
    looksLike: (head) => LOG_LINE.test(head),
    take: "all",
    rank: logRank,
    mayBeEmpty: true,
    enter: enterLog,
  },
];

function enterCgroups(draft: Draft, file: TextFile): boolean {
  const groups = draft.read(file, parseCgroupMemory);
  if (groups) draft.single.cgroupMemory = groups;
  return groups !== undefined;
}

function enterHugepages(draft: Draft, file: TextFile): boolean {
  const match = HUGEPAGES.exec(file.path);
  const count = Number(file.text.trim());
  if (!match || file.text.trim() === "" || !Number.isSafeInteger(count)) {
    draft.cannotRead(file.name, "no number in it");
    return false;
  }
  const numaNode = /\/node(\d+)\/hugepages\//.exec(file.path)?.[1];
  draft.lists.hugepagePools.push({
    file: file.name,
    pageSize: Number(match[1]) * 1024,
    field: match[2] ?? stemOf(file.path),
    count,
    ...(numaNode === undefined ? {} : { numaNode: Number(numaNode) }),
  });
  return true;
}
