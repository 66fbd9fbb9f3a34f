import { shareCgroups } from "../../accounting/cgroups";
import { type Pipes, viewPipes } from "../../accounting/pipes";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import { excludeHeld, holdersOf, roomIn } from "../descriptor-rule";
import { type Diagnosis, sysctlNumbers } from "../diagnosis";
import type { Excluded, Rule } from "../rule";
import { processName } from "../socket-holder";
import { sizeStatus } from "../thresholds";

/** Pipes explain what is missing when they can hold half of it … */
const EXPLAINS = 0.5;
/** … and, when only raised capacities could, one process has the most of them, and many. */
const CONCENTRATED = 0.5;
const MANY = 128;

/**
 * Unread data in pipes: whole pages in no counter, also for one byte each. No file says how full a pipe is, so this is a
 * bound: pipes × 64 KiB, or × fs.pipe-max-size where one process has gathered them. The memory cgroup is the only
 * counter that sees them.
 */
export const pipeBuffers: Rule = {
  id: "pipe-buffers",
  title: "Unread data in pipes",
  bucket: "allocpage",
  judge(diagnosis, rest) {
    const [maxSize] = sysctlNumbers(diagnosis.snapshot, "fs.pipe-max-size");
    const pipes = viewPipes(diagnosis.snapshot, maxSize);
    const room = roomIn(diagnosis, rest, "allocpage");
    const size = Number.isFinite(room) ? sizeStatus(room, diagnosis.memTotal) : undefined;
    if (!pipes) return undefined;
    if (!size || !canExplain(pipes, room)) return exclude(diagnosis, pipes);
    const [main] = pipes.holders;
    const charged = chargedPages(diagnosis, room);
    return {
      status: size,
      headline: `${formatBytes(room)} are in pages that no counter shows; ${main?.count ?? pipes.count} pipes of ${processName(main ?? {})} can hold them as unread data`,
      confirm: [
        {
          command:
            "ls -l /proc/PID/fd | grep -c 'pipe:'; cat /proc/PID/wchan; echo; grep -E '^State' /proc/PID/status",
          proves:
            "With the pid named here: whether the pipes are still there, and whether their reader is stopped. How full one is, only F_GETPIPE_SZ and FIONREAD in a debugger tell.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: charged ? 1 : 0.75, why: "how full the pipes are was not read" },
          {
            factor: pipes.usual >= room * EXPLAINS ? 1 : 0.85,
            why: "only when their capacity was raised",
          },
        ]),
        bytes: { lower: 0, upper: Math.min(room, pipes.most) },
        holders: holdersOf(diagnosis.snapshot, pipes.holders.slice(0, 5)),
        evidence: [...(main ? [main.evidence] : []), ...(charged ? [charged] : [])],
        fix: "The reader must read, or the writer must close. fs.pipe-user-pages-soft bounds what users without privilege can fill.",
        fixRisk: "Closing drops what was not read; its writer gets SIGPIPE.",
      },
    };
  },
};

function canExplain(pipes: Pipes, room: Bytes): boolean {
  if (pipes.usual >= room * EXPLAINS) return true;
  const [main] = pipes.holders;
  if (!main || main.count < MANY || main.count < pipes.count * CONCENTRATED) return false;
  return main.bytes.upper >= room * EXPLAINS;
}

/** The memory that a cgroup is charged with and that is neither slab nor stacks: pipes, rings, unix sockets. */
function chargedPages({ snapshot }: Diagnosis, room: Bytes): Evidence | undefined {
  const [largest] = shareCgroups(snapshot)
    .filter(({ kernelOther = 0 }) => kernelOther >= room * EXPLAINS)
    .sort((a, b) => (b.kernelOther ?? 0) - (a.kernelOther ?? 0));
  const line = largest?.evidence?.[0];
  if (!largest || !line) return undefined;
  return {
    ...line,
    text: `kernel pages charged to ${largest.path}, in none of its counters`,
    value: largest.kernelOther ?? 0,
    formula: "kernel − slab − kernel_stack − pagetables − percpu − vmalloc",
  };
}

function exclude(diagnosis: Diagnosis, pipes: Pipes): Excluded | undefined {
  const noun = `${pipes.count} pipes at 64 KiB each`;
  return excludeHeld(
    diagnosis,
    { holdings: pipes.holders, noun, bucket: "allocpage" },
    pipes.usual,
  );
}
