import type { SkippedLine } from "./parsed";
import { noteSkipped, type TextLine, textLines } from "./text-lines";

/** A line of a per-process file, with the process it belongs to. */
export interface PidLine {
  readonly pid: number;
  /** Without the "/proc/1163/status:" that grep puts before it. */
  readonly text: string;
  readonly line: TextLine;
}

const PREFIX = /^(?:\/host)?\/?proc\/(\d{1,10})\/[a-z_]{1,20}:/;

/**
 * The lines of one process's file (its `pid` given), or of many in one text as
 * `grep . /proc/[0-9]*​/status` prints them. A line of no known process is noted as skipped.
 */
export function* pidLines(
  text: string,
  pid: number | undefined,
  skipped: SkippedLine[],
): Generator<PidLine> {
  for (const line of textLines(text)) {
    const prefix = PREFIX.exec(line.text);
    const owner = prefix ? Number(prefix[1]) : pid;
    if (owner === undefined) noteSkipped(skipped, line);
    else yield { pid: owner, text: line.text.slice(prefix?.[0].length ?? 0).trim(), line };
  }
}

/** `cgroup` of a process: the path in the memory controller (v1), else in the unified hierarchy (v2). */
export function memoryCgroupPath(entries: readonly string[]): string | undefined {
  let unified: string | undefined;
  for (const entry of entries) {
    const [, id, controllers = "", path] = CGROUP_ENTRY.exec(entry) ?? [];
    if (controllers.split(",").includes("memory")) return path;
    if (id === "0" && controllers === "") unified = path;
  }
  return unified;
}

export const CGROUP_ENTRY = /^(\d{1,4}):([a-z_,=A-Z0-9.-]{0,200}):(\/.{0,4096})$/;
