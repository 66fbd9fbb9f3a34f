import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, MIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** Blocks of 32 KiB and more: what rings, big packets and kernel stacks ask for. */
const HIGH_ORDER = 3;
const FEW = 0.05;
const FAILURE = /page allocation failure[.:] order:(\d{1,2})/;

interface Free {
  readonly bytes: Bytes;
  readonly high: Bytes;
  readonly evidence: Evidence;
}

/**
 * Memory is free, but in small pieces: an allocation of several pages in a row fails. The lists of free blocks
 * alone are named only; with a failed allocation in the log they are worth a look.
 */
export const fragmentation: Rule = {
  id: "fragmentation",
  title: "Free memory in small pieces",
  judge(diagnosis) {
    const failure = failedAllocation(diagnosis);
    const free = freeBlocks(diagnosis);
    if (free ? !isInPieces(diagnosis, free) : !failure || isShort(diagnosis)) return undefined;
    return {
      status: failure ? "watch" : "healthy",
      headline: headlineOf(failure, free),
      confirm: [
        {
          command:
            "cat /proc/buddyinfo; grep -E 'compact_(stall|fail|success)' /proc/vmstat; cat /sys/kernel/debug/extfrag/extfrag_index",
          proves:
            "Free blocks by size, and whether compaction still finds any (an index near 1: pieces, near 0: shortage).",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: failure ? "warning" : "info",
        ...confidenceOf([
          { factor: failure ? 1 : 0.7, why: "no allocation has failed in this log" },
          { factor: free ? 1 : 0.7, why: "no buddyinfo: free blocks by size are not known" },
        ]),
        bytes: { lower: 0, upper: 0 },
        holders: [],
        evidence: [failure, free?.evidence].flatMap((each) => each ?? []),
        fix: "Raise vm.min_free_kbytes so that compaction works ahead (1 % of RAM is usual), or let the driver ask for single pages (smaller rings, MTU below one page, net.core.high_order_alloc_disable=1).",
        fixRisk: "A large min_free_kbytes takes that memory from everybody.",
      },
    };
  },
};

function headlineOf(failure: Evidence | undefined, free: Free | undefined): string {
  const bytes = free ? formatBytes(free.bytes) : undefined;
  if (!failure) {
    return `${bytes} are free in small pieces: allocations of many pages in a row may fail`;
  }
  return `An allocation of ${2 ** failure.value} pages in a row failed${bytes ? ` with ${bytes} free` : ""}: memory is in pieces, not lost`;
}

/** A failure while nothing is free is a shortage, whatever its order. */
function isShort(diagnosis: Diagnosis): boolean {
  return bytesOf(diagnosis, "free") < (diagnosis.memTotal ?? 0) * 0.02;
}

/** Zones that devices and old cards need are small: they say nothing of the machine. */
function freeBlocks({ snapshot }: Diagnosis): Free | undefined {
  const source = snapshot.buddyinfo;
  const zones = source?.value.filter(({ zone }) => zone !== "DMA") ?? [];
  const [largest] = [...zones].sort((a, b) => pagesOf(b.freeBlocks) - pagesOf(a.freeBlocks));
  if (!source || !largest) return undefined;
  const sum = (from: number): Bytes =>
    pagesToBytes(
      zones.reduce((total, { freeBlocks: blocks }) => total + pagesOf(blocks, from), 0),
      snapshot.node.pageSize,
    );
  const [bytes, high] = [sum(0), sum(HIGH_ORDER)];
  return {
    bytes,
    high,
    evidence: quote(
      snapshot,
      { file: source.file, line: largest.line },
      {
        text: "share of free memory in blocks of 32 KiB and more",
        value: bytes > 0 ? high / bytes : 0,
        unit: "ratio",
        formula: "Σ blocks × 2^order for order ≥ 3, of all",
      },
    ),
  };
}

function pagesOf(blocks: readonly number[], from = 0): number {
  return blocks.reduce(
    (pages, count, order) => (order < from ? pages : pages + count * 2 ** order),
    0,
  );
}

/** A tenth of RAM is free, and next to nothing of it in larger blocks. */
function isInPieces({ memTotal = 0 }: Diagnosis, free: Free): boolean {
  return free.bytes > Math.max(64 * MIB, memTotal * 0.05) && free.high < free.bytes * FEW;
}

/** The last failure of an allocation of at least two pages; single pages fail when memory is short. */
function failedAllocation({ snapshot }: Diagnosis): Evidence | undefined {
  const log = snapshot.kernelLog;
  const failures = log?.value.notices.flatMap(({ text, line }) => {
    const order = Number(FAILURE.exec(text)?.[1]);
    return order > 0 ? [{ order, line }] : [];
  });
  const last = failures?.at(-1);
  if (!log || !last) return undefined;
  const at = { file: log.file, line: last.line };
  return quote(snapshot, at, {
    text: "order of the failed allocation",
    value: last.order,
    unit: "count",
  });
}
