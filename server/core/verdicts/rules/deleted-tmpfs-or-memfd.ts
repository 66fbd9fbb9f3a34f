import { mergeProcesses } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import { groupBy } from "../../group-by";
import type { FdLink } from "../../parse/fd-links";
import type { Holder } from "../../report";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { type SharedMemory, viewSharedMemory } from "../shared-memory";
import { sizeStatus } from "../thresholds";

const HOLDERS = 10;
const SEVERITY = { healthy: "info", watch: "warning", held: "critical" } as const;
/** memfd_create, files of tmpfs, anonymous shared memory, secretmem: all live in memory alone. */
const IN_MEMORY = /^\/(?:memfd:|dev\/shm\/|dev\/zero|SYSV|run\/|i915|drm|secretmem)/;

type Link = FdLink & { readonly file: string };

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
    const links = deletedLinks(diagnosis);
    if (!shared || links.length === 0) return undefined;
    const visible = (shared.inFiles ?? 0) + shared.inSegments;
    const upper = Math.min(rest("shmem"), Math.max(0, shared.shmem.value - visible));
    if (upper < shared.notable) return undefined;
    const lower = Math.min(upper, Math.max(0, shared.unmapped - visible));
    return found(diagnosis, { shared, links, bytes: { lower, upper } });
  },
};

function deletedLinks({ snapshot }: Diagnosis): readonly Link[] {
  return snapshot.fdLinks.flatMap(({ file, value }) =>
    value
      .filter(({ target }) => / \(deleted\)$/.test(target) && IN_MEMORY.test(target))
      .map((link) => ({ ...link, file })),
  );
}

function found(
  diagnosis: Diagnosis,
  of: {
    readonly shared: SharedMemory;
    readonly links: readonly Link[];
    readonly bytes: { readonly lower: Bytes; readonly upper: Bytes };
  },
): Found {
  const { shared, links, bytes } = of;
  const holders = holdersOf(diagnosis, links, bytes.upper);
  const status = statusOf(diagnosis, shared, bytes.lower);
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
        { factor: bytes.lower >= bytes.upper * 0.5 ? 1 : 0.8, why: "processes have it mapped" },
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
  links: readonly Link[],
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
