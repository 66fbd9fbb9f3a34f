import { quote } from "../evidence";
import { groupBy } from "../group-by";
import type { Snapshot } from "../snapshot";
import { type Bytes, KIB, MIB } from "../units";
import type { Holding } from "./holding";
import { mergeProcesses } from "./processes";

/** Default capacity of a pipe: 16 pages (include/linux/pipe_fs_i.h PIPE_DEF_BUFFERS). */
const DEFAULT_PAGES = 16;
/** fs.pipe-max-size where it is not given (fs/pipe.c). */
const MAX_SIZE = MIB;

/** Pipes by the process that holds most of each, most first; none of the tools says how full a pipe is. */
export interface Pipes {
  /** Distinct pipes. */
  readonly count: number;
  /** All at the default capacity: what they hold at most when nobody raised it. */
  readonly usual: Bytes;
  /** All at the largest capacity that a process without privilege may ask for. */
  readonly most: Bytes;
  readonly holders: readonly Holding[];
}

export function viewPipes(snapshot: Snapshot, maxSize: Bytes = MAX_SIZE): Pipes | undefined {
  const links = snapshot.fdLinks.flatMap(({ file, value }) =>
    value
      .filter((link) => link.target.startsWith("pipe:"))
      .map((link) => ({ ...link, file, pipe: link.inode ?? link.target })),
  );
  const count = new Set(links.map(({ pipe }) => pipe)).size;
  if (count === 0) return undefined;
  const usual = DEFAULT_PAGES * Math.max(4 * KIB, snapshot.node.pageSize);
  const processes = mergeProcesses(snapshot);
  const holders = [...groupBy(links, ({ pid }) => pid)].flatMap(([pid, own]): Holding[] => {
    const [first] = own;
    if (!first) return [];
    const pipes = new Set(own.map(({ pipe }) => pipe)).size;
    const comm = processes.get(pid)?.comm;
    return [
      {
        pid,
        ...(comm && { comm }),
        count: pipes,
        bytes: { lower: 0, upper: pipes * maxSize },
        evidence: quote(snapshot, first, {
          text: `distinct pipes of ${comm ?? "the process"} (pid ${pid})`,
          value: pipes,
          unit: "count",
          formula: `× at most ${maxSize / KIB} KiB (fs.pipe-max-size)`,
        }),
      },
    ];
  });
  return {
    count,
    usual: count * usual,
    most: count * maxSize,
    holders: holders.sort((a, b) => b.count - a.count),
  };
}
