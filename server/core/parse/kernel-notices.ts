import type { KernelLogLine } from "./kernel-log-lines";

export interface KernelNotice {
  readonly line: number;
  readonly text: string;
}

/** Signs of trouble, one expression per kind, each as the kernel words it. */
const TROUBLE: readonly RegExp[] = [
  /too many orphaned sockets|out of socket memory/i,
  /consider tuning tcp_mem/,
  /balloon/i,
  /page_pool.{0,80}stalled/,
  /blocked for more than \d{1,6} seconds/,
  /kmemleak: \d|kmemleak.{0,40}suspected memory leak/,
  /SL[AU]B: Unable to allocate/,
  /nf_conntrack: (?:\S{1,40} )?table full/i,
  /audit: backlog limit exceeded|audit_backlog=\d/,
  /(?:neighbor|neighbour) table overflow|dst cache overflow|Route cache is full/i,
  /VFS: file-max limit/,
  /\[Hardware Error\]|\bEDAC\b.{0,120}\b[CU]E\b|Memory failure: 0x|hwpoison|[Ss]oft.?offlin/,
  /Memory cgroup out of memory|Out of memory: Kill|oom_reaper: reaped/,
  /NVRM|nvidia-uvm/,
  /\bk?vdo\d{0,4}\b/,
  /vmalloc(?:: allocation failure| error)|page allocation (?:failure|stalls)/,
  /System is deadlocked on memory|Kernel panic - not syncing: [^\n]{0,40}memory/,
];

/** What the kernel says of its memory at boot: no sign of anything, but rules look numbers up in it. */
const BOOT: readonly RegExp[] = [
  /\bMemory: \d{1,15}[kK]\/\d{1,15}[kK] available/,
  /crashkernel/,
  /\bpercpu: (?:Embedded|\d)/,
  /nr_cpu_ids:\d/,
  /\b[Cc]ommand line: /,
  /software IO TLB/,
  /cma: Reserved/,
  /HugeTLB: (?:registered|allocating)/,
  /page_owner|allocation.profiling|slub_debug|KASAN|kasan/,
  /zswap: loaded/,
];

const ANY = new RegExp([...TROUBLE, ...BOOT].map(({ source }) => source).join("|"), "i");
const FIRST_PER_KIND = 30;
const LAST_PER_KIND = 30;
const MAX_QUOTE = 1000;

/**
 * Lines of a kernel log that rules look for, kept raw. A message that repeats by the thousand keeps its
 * first and its last lines, so that it hides no other.
 */
export class KernelNotices {
  private readonly first: KernelNotice[] = [];
  private readonly last = new Map<RegExp, KernelNotice[]>();
  private readonly counts = new Map<RegExp, number>();

  /** Keeps the line if it is of a kind that is looked for. */
  take(line: KernelLogLine): boolean {
    if (!ANY.test(line.text)) return false;
    const kind = [...TROUBLE, ...BOOT].find((one) => one.test(line.text));
    if (!kind) return false;
    const count = this.counts.get(kind) ?? 0;
    this.counts.set(kind, count + 1);
    if (count < FIRST_PER_KIND) this.first.push(quote(line));
    else this.keepLast(kind, quote(line));
    return true;
  }

  private keepLast(kind: RegExp, notice: KernelNotice): void {
    const last = this.last.get(kind) ?? [];
    last.push(notice);
    if (last.length > LAST_PER_KIND) last.shift();
    this.last.set(kind, last);
  }

  /** In the log's order. */
  all(): readonly KernelNotice[] {
    return [...this.first, ...[...this.last.values()].flat()].sort((a, b) => a.line - b.line);
  }
}

function quote({ number, raw }: KernelLogLine): KernelNotice {
  return { line: number, text: raw.trim().slice(0, MAX_QUOTE) };
}

/** The notice tells of trouble, not of how the machine was set up at boot. */
export function isTrouble({ text }: KernelNotice): boolean {
  return TROUBLE.some((kind) => kind.test(text));
}
