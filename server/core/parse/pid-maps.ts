import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** A mapping of kernel memory: a ring or a buffer that a process reads in place. */
export interface KernelMapping {
  readonly line: number;
  readonly pid: number;
  readonly bytes: Bytes;
  /** "anon_inode:[perf_event]", "anon_inode:[io_uring]", "socket:[35871]". */
  readonly target: string;
  /** Each io_uring and each socket has its own; all perf events share one. */
  readonly inode: number;
}

const PREFIX = /^(?:\/host)?\/?proc\/(\d{1,10})\/maps:/;
const MAPPING =
  /^([0-9a-f]{4,16})-([0-9a-f]{4,16}) [-rwxsp]{4} [0-9a-f]{8,16} [0-9a-f]{2,5}:[0-9a-f]{2,5} (\d{1,20})(?:\s+(\S.{0,4200}))?$/;
const KERNEL_MEMORY = /^(?:anon_inode:|socket:\[)/;

/**
 * `/proc/<pid>/maps` of many processes, each line with its path before it; of one when `pid` is given. Only mappings of
 * sockets and anonymous inodes are kept: their pages are the kernel's.
 *
 *     /proc/9027/maps:7fcdc6cd2000-7fcdc7cd3000 rw-s 00000000 00:10 17    anon_inode:[perf_event]
 *
 * Sizes in bytes. Throws ParseError when no line is a mapping of a known process.
 *
 * Source: fs/proc/task_mmu.c show_map_vma.
 */
export function parsePidMaps(text: string, pid?: number): Parsed<readonly KernelMapping[]> {
  const value: KernelMapping[] = [];
  const skipped: SkippedLine[] = [];
  let sawMapping = false;
  for (const line of textLines(text)) {
    const [prefix = "", printed] = PREFIX.exec(line.text) ?? [];
    const owner = printed === undefined ? pid : Number(printed);
    const [, from, to, inode, target = ""] = MAPPING.exec(line.text.slice(prefix.length)) ?? [];
    if (owner === undefined || !from || !to) {
      noteSkipped(skipped, line);
      continue;
    }
    sawMapping = true;
    const bytes = Number.parseInt(to, 16) - Number.parseInt(from, 16);
    if (KERNEL_MEMORY.test(target) && bytes > 0)
      value.push({ line: line.number, pid: owner, bytes, target, inode: Number(inode) });
  }
  if (!sawMapping) throw nothingUsable("maps", text);
  return { value, skipped };
}
