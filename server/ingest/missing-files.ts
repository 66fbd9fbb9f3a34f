import type { Draft } from "./formats/draft";

interface Expected {
  readonly file: string;
  readonly wouldShow: string;
  readonly isThere: (draft: Draft) => boolean;
}

/** What a full picture needs, and what is lost without it. */
const EXPECTED: readonly Expected[] = [
  {
    file: "proc/meminfo",
    wouldShow: "the total and every bucket of it",
    isThere: (draft) => draft.single.meminfo !== undefined && !draft.single.meminfo.derived,
  },
  {
    file: "proc/zoneinfo",
    wouldShow: "free pages on the per-CPU lists, which otherwise count as unexplained",
    isThere: (draft) => draft.single.zoneinfo !== undefined,
  },
  {
    file: "proc/vmstat",
    wouldShow: "page counters that meminfo leaves out, and the balloon",
    isThere: (draft) => draft.single.vmstat !== undefined,
  },
  {
    file: "proc/slabinfo",
    wouldShow: "which slab caches hold the kernel's objects (needs root)",
    isThere: (draft) => draft.single.slab !== undefined,
  },
  {
    file: "proc/vmallocinfo",
    wouldShow: "who holds vmalloc memory (needs root)",
    isThere: (draft) => draft.single.vmallocinfo !== undefined,
  },
  {
    file: "ss -aemnip",
    wouldShow: "how much memory each socket's queues hold, and which process owns the socket",
    isThere: (draft) => draft.lists.socketTables.some((table) => table.via === "ss"),
  },
  {
    file: "proc/net/sockstat",
    wouldShow: "socket counts and the memory the kernel charges to TCP and UDP",
    isThere: (draft) => draft.single.sockstat !== undefined,
  },
  {
    file: "proc/<pid>/fd",
    wouldShow: "which process holds a socket or a pipe that ss names no owner for",
    isThere: (draft) => draft.lists.fdLinks.length > 0 || hasSocketUsers(draft),
  },
  {
    file: "ps or proc/<pid>/status",
    wouldShow: "memory of each process",
    isThere: (draft) => draft.lists.processTables.length > 0,
  },
  {
    file: "sys/fs/cgroup/**/memory.stat",
    wouldShow: "memory of each container and service",
    isThere: (draft) => draft.single.cgroupMemory !== undefined,
  },
  {
    file: "dmesg",
    wouldShow: "out-of-memory reports and the kernel's own warnings",
    isThere: (draft) => draft.single.kernelLog !== undefined,
  },
];

function hasSocketUsers(draft: Draft): boolean {
  return draft.lists.socketTables.some((table) => table.rows.some((row) => row.users.length > 0));
}

/** Files that are absent, with what they would show; the collector's own list of failures at the end. */
export function findMissing(draft: Draft): readonly { file: string; wouldShow: string }[] {
  const absent = EXPECTED.filter((expected) => !expected.isThere(draft)).map(
    ({ file, wouldShow }) => ({ file, wouldShow }),
  );
  const missed = draft.facts.collectorMissed.map(missedFile);
  const known = new Set(absent.map(({ file }) => file));
  return [...absent, ...missed.filter(({ file }) => !known.has(file))];
}

/** What a file of that name would show, by the end of its path; undefined for a file that is not expected. */
export function wouldShow(name: string): string | undefined {
  const [stem] = name.replace(/^cmd:/, "").replace(/^.*\//, "").split(" ");
  const found = EXPECTED.find(({ file }) => file.split(" ")[0]?.replace(/^.*\//, "") === stem);
  return found?.wouldShow;
}

/** A line of the collector's `missing` file: a path or "cmd:name", and since memledger/1 the reason. */
function missedFile(line: string): { file: string; wouldShow: string } {
  const [, name = line, reason] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
  const usual = name.startsWith("cmd:")
    ? "the command was not there or failed when the snapshot was taken"
    : "the kernel does not have the file, or reading it was not permitted";
  return { file: name.replace(/^\//, ""), wouldShow: reason ? `not collected: ${reason}` : usual };
}
