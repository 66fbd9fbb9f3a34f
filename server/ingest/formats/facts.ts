import {
  parseCpuinfo,
  parseDate,
  parseOsRelease,
  parseSnapshotMeta,
  parseUname,
  parseUptime,
} from "../../core/parse/host-facts";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

const HOST_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/;

function enterHostname(draft: Draft, file: TextFile): boolean {
  const name = file.text.trim();
  if (!HOST_NAME.test(name)) return false;
  draft.facts.hostname ??= name;
  return true;
}

function enterUname(draft: Draft, file: TextFile): boolean {
  const uname = draft.read(file, parseUname)?.value;
  if (!uname) return false;
  const { facts } = draft;
  if (uname.hostname !== undefined) facts.hostname ??= uname.hostname;
  if (uname.kernel !== undefined) facts.kernel ??= uname.kernel;
  if (uname.arch !== undefined) facts.arch ??= uname.arch;
  return true;
}

function enterRelease(draft: Draft, file: TextFile): boolean {
  const release = file.text.trim();
  if (!/^\d+\.\d+\S*$/.test(release)) return false;
  draft.facts.kernel ??= release;
  return true;
}

/** What the collector could not read: "/proc/allocinfo", "cmd:lsmod". */
function enterCollectorMissed(draft: Draft, file: TextFile): boolean {
  const names = file.text.split("\n", 1000).filter((line) => line.trim() !== "");
  draft.facts.collectorMissed.push(...names.map((name) => name.trim().slice(0, 200)));
  return true;
}

/** smaps names the page size of each mapping; the first one is enough. */
function enterSmaps(draft: Draft, file: TextFile): boolean {
  const kib = /^KernelPageSize:\s+(\d+) kB/m.exec(file.text)?.[1];
  if (kib === undefined) return false;
  draft.facts.pageSize ??= Number(kib) * 1024;
  return true;
}

function enterPageSize(draft: Draft, file: TextFile): boolean {
  const size = /^(?:PAGE_?SIZE\s+)?(\d{4,6})\s*$/im.exec(file.text)?.[1];
  if (size === undefined) return false;
  draft.facts.pageSize ??= Number(size);
  return true;
}

/** Facts about the machine, best source first: later ones only fill what is still unknown. */
export const FACT_FORMATS: readonly Format[] = [
  {
    id: "meta",
    names: ["meta"],
    looksLike: (head) => /^format mem(?:snap|ledger)\//m.test(head),
    take: "best",
    enter: (draft, file) => {
      const meta = draft.read(file, parseSnapshotMeta);
      if (meta) draft.facts.meta = meta.value;
      return meta !== undefined;
    },
  },
  {
    id: "collector-missing",
    names: ["missing"],
    take: "best",
    mayBeEmpty: true,
    enter: enterCollectorMissed,
  },
  {
    id: "hostname",
    names: ["hostname"],
    where:
      /(?:^|\/)(?:proc\/sys\/kernel|sos_commands\/host|insights_commands|systeminfo|etc)\/hostname$|^hostname(?:\.txt)?$/,
    take: "all",
    enter: enterHostname,
  },
  {
    id: "osrelease",
    names: ["osrelease"],
    where: /(?:^|\/)proc\/sys\/kernel\/osrelease$/,
    take: "best",
    enter: enterRelease,
  },
  {
    id: "uname",
    names: ["uname", "uname_-a"],
    looksLike: (head) => /^Linux \S+ \d+\.\d+\S* /m.test(head),
    take: "best",
    enter: enterUname,
  },
  {
    id: "proc-version",
    names: ["version"],
    where: /(?:^|\/)proc\/version$/,
    looksLike: (head) => /^Linux version \d/m.test(head),
    take: "best",
    enter: enterUname,
  },
  {
    id: "uptime",
    names: ["uptime"],
    looksLike: (head) => /^\s*\d\d:\d\d:\d\d up .*load average/m.test(head),
    take: "all",
    // /proc/uptime has hundredths of a second, the command minutes.
    rank: (path) => (path.endsWith("proc/uptime") ? 0 : 1),
    enter: (draft, file) => {
      const uptime = draft.read(file, parseUptime);
      if (uptime) draft.facts.uptimeSeconds ??= uptime.value;
      return uptime !== undefined;
    },
  },
  {
    id: "os-release",
    names: ["os-release"],
    looksLike: (head) => /^PRETTY_NAME=/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const os = draft.read(file, parseOsRelease);
      if (os) draft.facts.os ??= os.value;
      return os !== undefined;
    },
  },
  {
    id: "date",
    names: ["date", "date_--utc"],
    where:
      /(?:^|\/)(?:sos_commands\/(?:date|general)|insights_commands|systeminfo)\/date[^/]*$|^date(?:\.txt)?$/,
    take: "all",
    rank: (path) => (path.endsWith("--utc") ? 0 : 1),
    enter: (draft, file) => {
      const date = draft.read(file, parseDate);
      if (date) draft.facts.date ??= date.value;
      return date !== undefined;
    },
  },
  {
    id: "cpuinfo",
    names: ["cpuinfo"],
    looksLike: (head) => /^processor\s*:\s*\d+/m.test(head),
    take: "best",
    enter: (draft, file) => {
      const cpus = draft.read(file, parseCpuinfo);
      if (cpus) draft.facts.cpus ??= cpus.value;
      return cpus !== undefined;
    },
  },
  {
    id: "smaps",
    names: ["smaps"],
    where: /(?:^|\/)proc\/1\/smaps$/,
    keep: "head",
    take: "best",
    mayBeEmpty: true,
    enter: enterSmaps,
  },
  {
    id: "getconf",
    names: ["getconf", "pagesize"],
    starts: ["getconf_"],
    take: "best",
    enter: enterPageSize,
  },
];
