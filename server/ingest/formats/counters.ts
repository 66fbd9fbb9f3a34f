import { parseBuddyinfo } from "../../core/parse/buddyinfo";
import { parseKpageflagsCensus } from "../../core/parse/kpageflags-census";
import { parseMeminfo } from "../../core/parse/meminfo";
import { parseModules } from "../../core/parse/modules";
import { parseNumaMeminfo } from "../../core/parse/numa-meminfo";
import { parsePageTypes } from "../../core/parse/page-types";
import { parsePressure } from "../../core/parse/pressure";
import { parseSlabinfo } from "../../core/parse/slabinfo";
import { parseSlabtop } from "../../core/parse/slabtop";
import { parseSockstat } from "../../core/parse/sockstat";
import { parseSysvMessages } from "../../core/parse/sysvipc-msg";
import { parseSysvShm } from "../../core/parse/sysvipc-shm";
import { parseDf, parseMounts } from "../../core/parse/tmpfs";
import { parseVmallocinfo } from "../../core/parse/vmallocinfo";
import { parseVmstat } from "../../core/parse/vmstat";
import { parseZoneinfo } from "../../core/parse/zoneinfo";
import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

type Entering = Format["enter"];

/** An entry that reads the file and, when that worked, stores the result. */
function reading<T>(
  read: (draft: Draft, file: TextFile) => T | undefined,
  store: (draft: Draft, value: T) => void,
): Entering {
  return (draft, file) => {
    const value = read(draft, file);
    if (value === undefined) return false;
    store(draft, value);
    return true;
  };
}

const KIB_LINE = /^\s*(?:> ?)*[A-Z][A-Za-z_]+(?:\([a-z]+\))?:\s+\d+\s+kB/gm;
const NUMA_NODE = /(?:^|\/)node\d+\//;

/** A paste may have lost its first line: three lines of the kind are enough. */
function looksLikeMeminfo(head: string): boolean {
  if (/^Node \d+ \w+:/m.test(head) || /^(?:VmRSS|Rss|Pss):/m.test(head)) return false;
  return /^\s*(?:> ?)*MemTotal:\s+\d/m.test(head) || (head.match(KIB_LINE)?.length ?? 0) >= 3;
}

/** Numbers of the whole machine: the files that the sum is made of. */
export const COUNTER_FORMATS: readonly Format[] = [
  {
    id: "meminfo",
    names: ["meminfo"],
    except: NUMA_NODE,
    looksLike: looksLikeMeminfo,
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseMeminfo),
      (draft, value) => {
        draft.single.meminfo = value;
      },
    ),
  },
  {
    id: "meminfo-again",
    names: ["meminfo.2"],
    where: /(^|\/)proc\/meminfo\.2$/,
    looksLike: looksLikeMeminfo,
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseMeminfo),
      (draft, value) => {
        draft.single.meminfoAgain = value;
      },
    ),
  },
  {
    id: "numa-meminfo",
    names: ["meminfo"],
    where: NUMA_NODE,
    looksLike: (head) => /^Node \d+ Mem(?:Total|Free):/m.test(head),
    take: "all",
    enter: reading(
      (draft, file) => draft.read(file, parseNumaMeminfo),
      (draft, value) => draft.lists.numaMeminfo.push(value),
    ),
  },
  {
    id: "vmstat",
    names: ["vmstat"],
    except: NUMA_NODE,
    looksLike: (head) => /^nr_[a-z_]+ \d+$/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseVmstat),
      (draft, value) => {
        draft.single.vmstat = value;
      },
    ),
  },
  {
    id: "zoneinfo",
    names: ["zoneinfo"],
    looksLike: (head) => /^Node \d+, zone\s+\w+[ \t]*$/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseZoneinfo),
      (draft, value) => {
        draft.single.zoneinfo = value;
      },
    ),
  },
  {
    id: "buddyinfo",
    names: ["buddyinfo"],
    looksLike: (head) => /^Node \d+, zone\s+\w+(?:\s+\d+){5}/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseBuddyinfo),
      (draft, value) => {
        draft.single.buddyinfo = value;
      },
    ),
  },
  {
    id: "slabinfo",
    names: ["slabinfo", "proc_slabinfo"],
    looksLike: (head) => /^slabinfo - version|<active_objs> <num_objs>/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, (text) => parseSlabinfo(text, draft.pageSize)),
      (draft, value) => {
        draft.single.slab = { ...value, via: "slabinfo", isComplete: true };
      },
    ),
  },
  {
    id: "slabtop",
    names: ["slabtop"],
    starts: ["slabtop_"],
    looksLike: (head) => /\bOBJS\s+ACTIVE\s+USE\s+OBJ SIZE\b/.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseSlabtop),
      (draft, value) => {
        // slabinfo counts slabs itself; slabtop rounds, and shows its first screen only unless called with -o.
        const isComplete = value.value.length > 60;
        draft.single.slab ??= { ...value, via: "slabtop", isComplete };
      },
    ),
  },
  {
    id: "vmallocinfo",
    names: ["vmallocinfo"],
    looksLike: (head) => /^0x[0-9a-f]+-0x[0-9a-f]+\s+\d+\s/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseVmallocinfo),
      (draft, value) => {
        draft.single.vmallocinfo = value;
      },
    ),
  },
  {
    id: "pressure",
    names: ["memory"],
    where: /(?:^|\/)pressure\/memory$/,
    looksLike: (head) => /^some avg10=\d/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parsePressure),
      (draft, value) => {
        draft.single.pressureMemory = value;
      },
    ),
  },
  {
    id: "sockstat",
    names: ["sockstat", "sock_stats"],
    looksLike: (head) => /^(?:sockets: used \d|TCP: inuse \d)/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseSockstat),
      (draft, value) => {
        draft.single.sockstat = value;
      },
    ),
  },
  {
    id: "sockstat6",
    names: ["sockstat6"],
    looksLike: (head) => /^TCP6: inuse \d/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseSockstat),
      (draft, value) => {
        draft.single.sockstat6 = value;
      },
    ),
  },
  {
    id: "modules",
    names: ["modules", "lsmod"],
    where: /(?:^|\/)proc\/modules$|(?:^|\/)lsmod[^/]*$|^modules[^/]*$/,
    looksLike: (head) =>
      /^Module\s+Size\s+Used by/m.test(head) ||
      /^\w+ \d+ -?\d+ \S+ (?:Live|Loading|Unloading)\b/m.test(head),
    take: "best",
    rank: (path) => (path.endsWith("proc/modules") ? 0 : 1),
    mayBeEmpty: true,
    enter: reading(
      (draft, file) => draft.read(file, parseModules),
      (draft, value) => {
        draft.single.modules = value;
      },
    ),
  },
  {
    id: "df",
    names: ["df", "df-tmpfs"],
    starts: ["df_-"],
    where: /(?:^|\/)df[^/]*$/,
    looksLike: (head) => /^Filesystem\s[^\n]*(?:1K-blocks|1024-blocks|Size|1B-blocks)/m.test(head),
    take: "best",
    rank: (path) => (path.endsWith("df-tmpfs") ? 0 : 1),
    mayBeEmpty: true,
    enter: reading(
      (draft, file) => draft.read(file, parseDf),
      (draft, value) => draft.lists.tmpfs.push(value),
    ),
  },
  {
    id: "mounts",
    names: ["mounts"],
    where: /(?:^|\/)(?:proc|proc\/1|proc\/self)\/mounts$|^mounts[^/]*$/,
    looksLike: (head) => /^\S+ \S+ (?:tmpfs|devtmpfs|sysfs|proc|ext4|xfs) \S+ 0 0$/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseMounts),
      (draft, value) => draft.lists.tmpfs.push(value),
    ),
  },
  {
    id: "sysvipc-shm",
    names: ["shm"],
    where: /(?:^|\/)sysvipc\/shm$/,
    looksLike: (head) => /^\s*key\s+shmid\s+perms\s+size/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseSysvShm),
      (draft, value) => {
        draft.single.sysvShm = value;
      },
    ),
  },
  {
    id: "sysvipc-msg",
    names: ["msg"],
    starts: ["ipcs_-q"],
    where: /(?:^|\/)sysvipc\/msg$|(?:^|\/)ipcs[^/]*$/,
    looksLike: (head) => /^\s*key\s+msqid\s+(?:perms|owner)\s/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseSysvMessages),
      (draft, value) => {
        draft.single.sysvMessages = value;
      },
    ),
  },
  {
    id: "kpageflags",
    names: ["kpageflags"],
    except: /(?:^|\/)proc\/kpageflags$/,
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parseKpageflagsCensus),
      (draft, value) => {
        draft.single.kpageflags = value;
      },
    ),
  },
  {
    id: "page-types",
    names: ["page-types", "page_types"],
    looksLike: (head) => /^\s*(?:> ?)*flags\s+page-count\s+MB\s/m.test(head),
    take: "best",
    enter: reading(
      (draft, file) => draft.read(file, parsePageTypes),
      (draft, value) => {
        draft.single.pageTypes = value;
      },
    ),
  },
];
