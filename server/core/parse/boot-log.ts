import { type Bytes, GIB, KIB, MIB } from "../units";
import { kernelLogLines } from "./kernel-log-lines";
import type { Measured, Parsed } from "./parsed";
import { nothingUsable } from "./text-lines";

/** What the kernel said of its memory while it booted. Sizes in bytes; what the log lost is absent. */
export interface BootLog {
  /** Free for use once the kernel had taken its own share. */
  readonly available?: Measured;
  /** All memory the kernel was given by the firmware. */
  readonly installed?: Measured;
  readonly crashkernel?: Measured;
  /** Pages of the first per-CPU chunk, for each possible CPU. */
  readonly percpuPagesPerCpu?: Measured;
  /** Huge pages set aside at boot, by page size. */
  readonly hugepages: readonly (Measured & { readonly pageSize: Bytes })[];
}

// "Memory: 16182808K/16776760K available (…)"; up to 3.x "Memory: 8048012k/8912896k available".
const MEMORY = /^Memory: (\d{1,15})[kK]\/(\d{1,15})[kK] available/;
const CRASHKERNEL = /^(?:Reserving |crashkernel: reserving )(\d{1,7})MB of memory at \d{1,9}MB/i;
const CRASHKERNEL_RANGE =
  /^crashkernel(?: low)? reserved: 0x[0-9a-f]{1,16} - 0x[0-9a-f]{1,16} \((\d{1,7}) MB\)/;
const PERCPU = /^percpu: Embedded (\d{1,6}) pages\/cpu/;
const HUGETLB =
  /^HugeTLB:? registered (\d{1,4}(?:\.\d\d)?) (KiB|MiB|GiB|KB|MB|GB) page size, pre-allocated (\d{1,12}) pages/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["K", KIB],
  ["M", MIB],
  ["G", GIB],
]);
const MAX_HUGETLB = 16;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Draft = Mutable<Omit<BootLog, "hugepages">> & {
  hugepages: BootLog["hugepages"][number][];
};

/**
 * The boot lines of dmesg or a journal that speak of memory, of the last boot that it holds; a log
 * without any gives an empty result. Only empty text is a ParseError.
 *
 *     Memory: 16182808K/16776760K available (14339K kernel code, …, 593696K reserved, 0K cma-reserved)
 *     percpu: Embedded 60 pages/cpu s208896 r8192 d28672 u1048576
 *     HugeTLB registered 1.00 GiB page size, pre-allocated 224 pages
 *
 * Source: mm/mm_init.c mem_init_print_info, mm/percpu.c, mm/hugetlb.c report_hugepages, arch crash_core.c.
 */
export function parseBootLog(text: string): Parsed<BootLog> {
  let draft: Draft = { hugepages: [] };
  let isEmpty = true;
  for (const { text: line, number } of kernelLogLines(text)) {
    isEmpty = false;
    if (line.startsWith("Linux version ")) draft = { hugepages: [] };
    if (line.length <= 400) read(line, number, draft);
  }
  if (isEmpty) throw nothingUsable("boot log", text);
  return { value: draft, skipped: [] };
}

function read(text: string, line: number, draft: Draft): void {
  const [, available, installed] = MEMORY.exec(text) ?? [];
  if (available !== undefined && !draft.available) {
    draft.available = { value: Number(available) * KIB, line };
    draft.installed = { value: Number(installed) * KIB, line };
  }
  const crash = CRASHKERNEL.exec(text)?.[1] ?? CRASHKERNEL_RANGE.exec(text)?.[1];
  if (crash !== undefined) {
    const before = draft.crashkernel?.value ?? 0;
    draft.crashkernel = { value: before + Number(crash) * MIB, line };
  }
  const percpu = PERCPU.exec(text)?.[1];
  if (percpu !== undefined) draft.percpuPagesPerCpu ??= { value: Number(percpu), line };
  readHugetlb(text, line, draft);
}

function readHugetlb(text: string, line: number, { hugepages }: Draft): void {
  const [, size, unit = "", count] = HUGETLB.exec(text) ?? [];
  const scale = UNITS.get(unit.slice(0, 1));
  if (size === undefined || !scale || hugepages.length >= MAX_HUGETLB) return;
  const pageSize = Math.round(Number(size) * scale);
  if (hugepages.some((each) => each.pageSize === pageSize)) return;
  hugepages.push({ pageSize, value: Number(count), line });
}
