import { mergeProcesses } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import { groupBy } from "../../group-by";
import type { Holder } from "../../report";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { type DeletedLink, type SharedMemory, viewSharedMemory } from "../shared-memory";
import { sizeStatus } from "../thresholds";

const HOLDERS = 10;
const SEVERITY = { healthy: "info", watch: "warning", held: "critical" } as const;
/**
 * Shared memory in no visible file system: files of tmpfs that were deleted while open, and memfds. It lives
 * as long as a descriptor does. What processes have mapped is in use; what nobody has mapped is held.
 */
export const deletedTmpfsOrMemfd: Rule = {
  id: "deleted-tmpfs-or-memfd",
  title: "Deleted files and memfds in memory",
  bucket: "shmem",
  judge(diagnosis, rest) {
    const shared = viewSharedMemory(diagnosis);
    if (!shared || shared.deleted.length === 0) return undefined;
    const named = Math.max(0, (shared.inFiles ?? 0) - shared.inDoubt) + shared.inSegments;
    const upper = Math.min(rest("shmem"), Math.max(0, shared.shmem.value - named));
    if (upper < shared.notable) return undefined;
    const unmapped = Math.min(upper, Math.max(0, shared.unmapped - named));
    return found(diagnosis, { shared, unmapped, upper });
  },
};

function found(
  diagnosis: Diagnosis,
  of: {
    readonly shared: SharedMemory;
    readonly unmapped: Bytes;
    readonly upper: Bytes;
  },
): Found {
  const { shared, unmapped, upper } = of;
  const bytes = { lower: Math.max(0, unmapped - shared.inDoubt), upper };
  const holders = holdersOf(diagnosis, shared.deleted, upper);
  const status = statusOf(diagnosis, shared, unmapped);
  const [first] = holders;
  const who = first?.comm ? `${first.comm} (pid ${first.pid})` : `pid ${first?.pid}`;
  const whose = holders.length === 1 ? `, open in ${who}` : `, open in ${holders.length} processes`;
  return {
    status,
    headline: `${formatBytes(bytes.upper)} of shared memory are deleted files or memfds${whose}`,
    confirm: [
      {
        command:
          "ls -lL /proc/[0-9]*/fd/* 2>/dev/null | sort -k5 -n | tail; lsof -nP +L1 | sort -k7 -n | tail",
        proves: "How large each open file that has no name any more is, and who holds it.",
        risk: "Reads only; walks the descriptors of all processes once.",
        root: true,
      },
    ],
    finding: {
      severity: SEVERITY[status],
      ...confidenceOf([
        { factor: holders.length === 1 ? 1 : 0.8, why: "several processes hold such files" },
        {
          factor: shared.inFiles === undefined ? 0.8 : 1,
          why: "how full the file systems in memory are is not known",
        },
        { factor: unmapped >= upper * 0.5 ? 1 : 0.8, why: "processes have it mapped" },
        {
          factor: shared.inDoubt > upper * 0.5 ? 0.8 : 1,
          why: "files with a name may fill the same file system",
        },
      ]),
      bytes,
      holders,
      evidence: [shared.shmem],
      fix: "The process must close the descriptor (or end): there is no other way to free it.",
      fixRisk: "Ending the process loses the data in it.",
    },
  };
}

function statusOf(
  { memTotal }: Diagnosis,
  { notable }: SharedMemory,
  unmapped: Bytes,
): "healthy" | "watch" | "held" {
  if (sizeStatus(unmapped, memTotal) === "suspect") return "held";
  return unmapped >= notable ? "watch" : "healthy";
}

/** One row per process, with its first descriptor; sizes of files are not in a list of links. */
function holdersOf(
  { snapshot }: Diagnosis,
  links: readonly DeletedLink[],
  upper: Bytes,
): readonly Holder[] {
  const processes = mergeProcesses(snapshot);
  const mapped = (pid: number): Bytes => processes.get(pid)?.rssShmem ?? 0;
  return [...groupBy(links, (link) => link.pid)]
    .sort(([a, one], [b, other]) => mapped(b) - mapped(a) || other.length - one.length)
    .slice(0, HOLDERS)
    .flatMap(([pid, own]) => {
      const [link] = own;
      if (!link) return [];
      const comm = processes.get(pid)?.comm;
      const what = { text: link.target, value: own.length, unit: "count" } as const;
      return [
        {
          ...{ kind: "process" as const, pid, fd: link.fd, count: own.length, name: link.target },
          ...(comm ? { comm } : {}),
          bytes: { lower: 0, upper },
          evidence: [quote(snapshot, link, what)],
        },
      ];
    });
}
