import { mergeProcesses, type Process } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import { groupBy } from "../../group-by";
import type { Evidence, Holder } from "../../report";
import { type CacheSet, collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { type Diagnosis, findSysctl } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { processName } from "../socket-holder";
import { ownerStatus } from "../thresholds";

const MANY = 1_000_000;
/** Files and what hangs on them; sockets are counted by their own rules, but every socket has its filp. */
const FILES =
  /^(?:filp|lsm_file_cache|selinux_file_security|eventpoll_epi|eventpoll_pwq|ep_head|file_lock_(?:cache|ctx)|fasync_cache)$/;
const WATCHES = /^(?:inotify_|fsnotify_|fanotify_|dnotify_)/;
/** A process with fewer descriptors is not who opened a million files. */
const FEWEST_OPEN = 10_000;
const SHOWN = 5;
/** Bytes of one open file: its filp, the label and the slot of the table. */
const EACH = 288;

/** Open files, epoll entries or watches by the million: descriptors that a program does not close. */
export const fileOrWatchLeak: Rule = {
  id: "file-or-watch-leak",
  title: "Open files or watches that are not closed",
  bucket: "slabUnreclaimable",
  judge(diagnosis, rest) {
    const { main, isWatches, count } = largerKind(diagnosis);
    const limit = nearLimit(diagnosis);
    if (count <= MANY && !limit) return undefined;
    const bytes = leftOf(diagnosis, rest, { bucket: "slabUnreclaimable", bytes: main.bytes });
    const size = ownerStatus(bytes, diagnosis.memTotal);
    const holders = isWatches ? [] : openers(diagnosis);
    const [owner] = holders;
    const isOwned = (owner?.count ?? 0) > count * 0.5;
    return {
      status: statusOf({ size, isOwned, isLimited: limit !== undefined }),
      headline: `${count} ${isWatches ? "file watches or unread events" : "open files"} take ${formatBytes(bytes)}${owner ? `; ${processName(owner)} has about ${owner.count} descriptors` : ""}`,
      confirm: [
        {
          command:
            "cat /proc/sys/fs/file-nr; for p in /proc/[0-9]*; do echo $(ls $p/fd 2>/dev/null | wc -l) $p $(cat $p/comm 2>/dev/null); done | sort -rn | head; grep -c inotify /proc/[0-9]*/fdinfo/* 2>/dev/null | sort -t: -k2 -rn | head",
          proves: "Which process has the files open, or the watches set.",
          risk: "Reads only; takes a while on a machine with millions of files.",
          root: true,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : size || limit ? "warning" : "info",
        ...confidenceOf([
          { factor: owner ? 1 : 0.8, why: "no process is known that has so many descriptors" },
          { factor: 0.9, why: "size alone, no growth seen" },
        ]),
        bytes: { lower: Math.min(bytes, main.used), upper: bytes },
        holders: [...holders, ...main.holders],
        evidence: [...main.evidence, ...(limit ? [limit] : [])],
        fix: "The program must close what it opens; a limit of open files (ulimit -n, LimitNOFILE) keeps one program from taking all. Watches: fewer directories, or fs.inotify.max_user_watches.",
        fixRisk: "At the limit open() fails: the program must bear that.",
      },
    };
  },
};

/** Files or watches, whichever take more. */
function largerKind(diagnosis: Diagnosis): {
  readonly main: CacheSet;
  readonly isWatches: boolean;
  readonly count: number;
} {
  const files = collectCaches(diagnosis, ({ name }) => FILES.test(name));
  const watches = collectCaches(diagnosis, ({ name }) => WATCHES.test(name));
  const isWatches = watches.bytes > files.bytes;
  const main = isWatches ? watches : files;
  const count = Math.max(0, ...main.caches.map(({ activeObjects = 0 }) => activeObjects));
  return { main, isWatches, count };
}

function statusOf(of: {
  readonly size: ReturnType<typeof ownerStatus>;
  readonly isOwned: boolean;
  readonly isLimited: boolean;
}): Found["status"] {
  if (of.size === "suspect") return of.isOwned ? "held" : "suspect";
  return of.size || of.isLimited ? "watch" : "healthy";
}

/** file-nr: allocated, 0, limit. The limit is near, or the kernel has said so. */
function nearLimit({ snapshot }: Diagnosis): Evidence | undefined {
  const state = findSysctl(snapshot, "fs.file-nr");
  const [open, , most] = state?.numbers ?? [];
  if (!state || !open || !most || open < most * 0.8) return undefined;
  return quote(snapshot, state, {
    text: "open files, of the limit",
    value: open / most,
    unit: "ratio",
    formula: `${open} / ${most}`,
  });
}

/** Programs with very many descriptors: counted where they were listed, else bounded by the size of the table. */
function openers({ snapshot }: Diagnosis): readonly Holder[] {
  const listed = groupBy(
    snapshot.fdLinks.flatMap(({ value }) => value),
    ({ pid }) => pid,
  );
  const open = [...mergeProcesses(snapshot).values()]
    .map((process) => ({ ...process, open: openOf(process, listed.get(process.pid)?.length ?? 0) }))
    .filter((process) => process.open >= FEWEST_OPEN);
  return [...groupBy(open, ({ comm, pid }) => comm ?? `pid ${pid}`).values()]
    .map((group) => opener(snapshot, group))
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0))
    .slice(0, SHOWN);
}

/** A table is doubled when it is full, so more than half of it was in use at some time. */
function openOf({ fdSize = 0 }: Process, listed: number): number {
  return Math.max(listed, Math.floor(fdSize / 2));
}

function opener(
  snapshot: Diagnosis["snapshot"],
  group: readonly (Process & { readonly open: number })[],
): Holder {
  const [largest] = [...group].sort((a, b) => b.open - a.open);
  const count = group.reduce((sum, { open }) => sum + open, 0);
  const slots = group.reduce((sum, { open, fdSize = 0 }) => sum + Math.max(open, fdSize), 0);
  return {
    kind: "process",
    ...(group.length === 1 && largest ? { pid: largest.pid } : {}),
    ...(largest?.comm ? { comm: largest.comm } : {}),
    count,
    bytes: { lower: 0, upper: slots * EACH },
    evidence: largest
      ? [
          quote(snapshot, largest, {
            text: `descriptors of ${group.length} processes, the largest is quoted`,
            value: count,
            unit: "count",
            formula: "listed, or more than FDSize / 2 open at some time",
          }),
        ]
      : [],
  };
}
