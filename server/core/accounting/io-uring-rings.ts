import { quote } from "../evidence";
import type { FdInfo } from "../parse/pid-fdinfo";
import type { KernelMapping } from "../parse/pid-maps";
import type { Snapshot, Sourced } from "../snapshot";
import { type Bytes, KIB } from "../units";
import { blockBytes, type Holding } from "./holding";
import { mergeProcesses } from "./processes";

/** struct io_uring_sqe, and twice that with IORING_SETUP_SQE128 (include/uapi/linux/io_uring.h). */
const SQE = 64;
const CQE = 16;
/** Heads of the rings before the completions (io_uring/io_uring.c rings_size). */
const RING_HEAD = 320;
/** IORING_MAX_ENTRIES 32,768: 2 MiB of submissions and 2 MiB of completions and index. */
const LARGEST_RING = 4 * KIB * KIB;

/**
 * Rings of io_uring, each once however many processes share it (fdinfo prints an inode): by the masks in fdinfo, else by
 * what is mapped, else by descriptors alone, whose lower bound is a page. Largest first.
 */
export function ioUringRings(snapshot: Snapshot): readonly Holding[] {
  const seen = new Set<string>();
  const rings = [
    ...snapshot.fdInfo.flatMap((source) => fromFdinfo(snapshot, source, seen)),
    ...snapshot.kernelMappings.flatMap((source) => fromMappings(snapshot, source, seen)),
    ...fromLinks(snapshot, seen),
  ];
  const processes = mergeProcesses(snapshot);
  return rings
    .map((ring) => {
      const comm = processes.get(ring.pid ?? -1)?.comm;
      return comm ? { ...ring, comm } : ring;
    })
    .sort((a, b) => b.bytes.upper - a.bytes.upper);
}

/** The two allocations of one ring: submissions; completions with the index of submissions. */
function ringBytes(sqEntries: number, cqEntries: number, pageSize: Bytes): Bytes {
  const submissions = blockBytes(sqEntries * SQE, pageSize);
  return submissions + blockBytes(RING_HEAD + cqEntries * CQE + sqEntries * 4, pageSize);
}

function fromFdinfo(
  snapshot: Snapshot,
  { file, value }: Sourced<readonly FdInfo[]>,
  seen: Set<string>,
): readonly Holding[] {
  return value.flatMap(({ pid, fd, line, numbers }) => {
    const sqMask = numbers.get("SqMask");
    const cqMask = numbers.get("CqMask");
    if (!sqMask || !cqMask) return [];
    seen.add(`${pid}/${fd}`).add(`pid ${pid}`);
    const inode = numbers.get("ino")?.value;
    if (inode !== undefined && seen.has(`ino ${inode}`)) return [];
    if (inode !== undefined) seen.add(`ino ${inode}`);
    const bytes = ringBytes(sqMask.value + 1, cqMask.value + 1, snapshot.node.pageSize);
    const evidence = quote(
      snapshot,
      { file, line: sqMask.line ?? line },
      {
        text: `io_uring with ${sqMask.value + 1} submissions and ${cqMask.value + 1} completions`,
        value: bytes,
        unit: "bytes",
        formula: "64 B per submission + 16 B per completion + index, each in powers of two",
      },
    );
    const base = { pid, fd, count: 1, bytes: { lower: bytes, upper: bytes }, evidence };
    return inode === undefined ? [base] : [{ ...base, inode }];
  });
}

function fromMappings(
  snapshot: Snapshot,
  { file, value }: Sourced<readonly KernelMapping[]>,
  seen: Set<string>,
): readonly Holding[] {
  const found = value.filter(
    ({ target, pid }) => target.startsWith("anon_inode:[io_uring]") && !seen.has(`pid ${pid}`),
  );
  return found.map(({ pid, line, bytes, inode }) => {
    seen.add(`mapped ${pid}`);
    return {
      pid,
      count: 1,
      inode,
      bytes: { lower: bytes, upper: blockBytes(bytes, snapshot.node.pageSize) },
      evidence: quote(
        snapshot,
        { file, line },
        { text: "mapped ring of an io_uring", value: bytes, unit: "bytes" },
      ),
    };
  });
}

/** Descriptors of which nothing tells the size: from one page to the largest ring there is. */
function fromLinks(snapshot: Snapshot, seen: ReadonlySet<string>): readonly Holding[] {
  return snapshot.fdLinks.flatMap(({ file, value }) =>
    value
      .filter(
        ({ target, pid, fd }) =>
          target.startsWith("anon_inode:[io_uring]") &&
          !seen.has(`${pid}/${fd}`) &&
          !seen.has(`mapped ${pid}`),
      )
      .map(({ pid, fd, line }) => ({
        pid,
        fd,
        count: 1,
        bytes: { lower: snapshot.node.pageSize, upper: LARGEST_RING },
        evidence: quote(
          snapshot,
          { file, line },
          {
            text: "io_uring, size not shown: at most 32,768 entries",
            value: LARGEST_RING,
            unit: "bytes",
          },
        ),
      })),
  );
}
