import type { NodeFacts } from "../core/report";
import type { Facts } from "./formats/draft";

/** Pages are 4 KiB on most machines; where nothing says it, the architecture does. */
const DEFAULT_PAGE_SIZE = 4096;
const PAGE_SIZE_OF_ARCH: ReadonlyMap<string, number> = new Map([
  ["ppc64", 65536],
  ["ppc64le", 65536],
  ["ia64", 16384],
  ["sparc64", 8192],
  ["alpha", 8192],
  ["loongarch64", 16384],
]);
const PAGE_COUNTED =
  /^(?:MemFree|Cached|Active|Inactive|AnonPages|Mapped|Shmem|Slab|SReclaimable|SUnreclaim|PageTables):\s+(\d+) kB/gm;
const PAGE_SIZES = new Set([4096, 8192, 16384, 32768, 65536, 262144]);

/**
 * Page size from what states it (collector, getconf, smaps), else from the numbers: these fields of
 * meminfo are whole pages, so all of them being multiples of 64 kB means 64 KiB pages. Else from the architecture.
 */
export function choosePageSize(facts: Facts, meminfo: string | undefined): number {
  const stated = Number(facts.meta?.get("pagesize")) || facts.pageSize;
  if (stated !== undefined && PAGE_SIZES.has(stated)) return stated;
  const arch = facts.meta?.get("arch") ?? facts.arch;
  return largePageHint(meminfo) ?? PAGE_SIZE_OF_ARCH.get(arch ?? "") ?? DEFAULT_PAGE_SIZE;
}

function largePageHint(meminfo: string | undefined): number | undefined {
  const values = [...(meminfo ?? "").trimStart().slice(0, 16384).matchAll(PAGE_COUNTED)]
    .map((match) => Number(match[1]))
    .filter((kib) => kib > 0);
  if (values.length < 6) return undefined;
  const kib = [64, 16].find((size) => values.every((value) => value % size === 0));
  return kib === undefined ? undefined : kib * 1024;
}

/** What the input says of the machine. Nothing is guessed but the page size. */
export function toNodeFacts(
  facts: Facts,
  pageSize: number,
  takenAt: string | undefined,
): NodeFacts {
  const meta = facts.meta ?? new Map<string, string>();
  return {
    pageSize,
    ...known("hostname", text(meta.get("hostname")) ?? facts.hostname),
    ...known("kernel", text(meta.get("kernel")) ?? facts.kernel),
    ...known("arch", text(meta.get("arch")) ?? facts.arch),
    ...known("cpus", number(meta.get("cpus")) ?? facts.cpus),
    ...known("os", facts.os),
    ...known("takenAt", takenAt),
    ...known("uptimeSeconds", facts.uptimeSeconds ?? number(meta.get("uptime"))),
  };
}

function known<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

function text(value: string | undefined): string | undefined {
  return value === undefined || value === "" ? undefined : value;
}

function number(value: string | undefined): number | undefined {
  const parsed = Number.parseFloat(value ?? "");
  return Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
}
