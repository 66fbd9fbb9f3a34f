import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** What the kernel prints of one open file, beyond its position and flags. */
export interface FdInfo {
  /** First line of the file's entry, 1-based. */
  readonly line: number;
  readonly pid: number;
  readonly fd: number;
  /** Numbers by name, as printed: SqMask, memlock, map_id …; "drm-memory-vram: 12 KiB" in bytes. */
  readonly numbers: ReadonlyMap<string, Measured>;
  /** Values that are no numbers: drm-driver, drm-pdev. */
  readonly words: ReadonlyMap<string, string>;
}

const PREFIX = /^(?:\/host)?\/?proc\/(\d{1,10})\/fdinfo\/(\d{1,10}):/;
const FIELD = /^([A-Za-z][\w-]{0,60}):\s*(\S.{0,200})?$/;
const NUMBER = /^(?:0x([0-9a-f]{1,16})|(\d{1,20}))(?: (B|KiB|MiB|GiB))?$/;
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/**
 * `/proc/<pid>/fdinfo/<fd>` of many files, each line with its path before it as `grep . FILE…` prints it.
 *
 *     /proc/9148/fdinfo/3:map_type:	27
 *     /proc/9148/fdinfo/3:memlock:	16855368
 *     /proc/8904/fdinfo/3:SqMask:	0x7fff
 *
 * Throws ParseError when no line is of such a file.
 *
 * Source: kernel/bpf/syscall.c bpf_map_show_fdinfo, io_uring/fdinfo.c, Documentation/gpu/drm-usage-stats.rst.
 */
export function parsePidFdinfo(text: string): Parsed<readonly FdInfo[]> {
  const files = new Map<string, ReturnType<typeof newFile>>();
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    const [prefix = "", pid, fd] = PREFIX.exec(line.text) ?? [];
    const [, name, value = ""] = FIELD.exec(line.text.slice(prefix.length)) ?? [];
    if (!prefix || !name) {
      noteSkipped(skipped, line);
      continue;
    }
    const file = files.get(prefix) ?? newFile(line.number, Number(pid), Number(fd));
    files.set(prefix, file);
    const number = readNumber(value.trim());
    if (number !== undefined) file.numbers.set(name, { value: number, line: line.number });
    else if (value) file.words.set(name, value.trim());
  }
  if (files.size === 0) throw nothingUsable("fdinfo", text);
  return { value: [...files.values()], skipped };
}

function newFile(line: number, pid: number, fd: number) {
  return {
    line,
    pid,
    fd,
    numbers: new Map<string, Measured>(),
    words: new Map<string, string>(),
  };
}

function readNumber(text: string): number | undefined {
  const [all, hex, decimal, unit = ""] = NUMBER.exec(text) ?? [];
  if (all === undefined) return undefined;
  const count = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return count * (UNITS[unit] ?? 1);
}
