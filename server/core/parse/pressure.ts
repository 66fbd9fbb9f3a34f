import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

interface PressureLine {
  readonly line: number;
  /** Percent of time stalled. */
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly totalMicroseconds: number;
}

export interface Pressure {
  readonly some?: PressureLine;
  readonly full?: PressureLine;
}

const LINE =
  /^(some|full)\s+avg10=(\d{1,3}\.\d+)\s+avg60=(\d{1,3}\.\d+)\s+avg300=(\d{1,3}\.\d+)\s+total=(\d{1,20})$/;

/**
 * `/proc/pressure/memory` (also cpu, io and memory.pressure of a cgroup): share of wall time in
 * which some or all tasks waited, in percent, and the total in microseconds since boot.
 *
 *     some avg10=0.00 avg60=0.12 avg300=0.34 total=1234567
 *
 * Throws ParseError if neither line could be read. The first of two equal lines is kept.
 *
 * Source: kernel/sched/psi.c (psi_show), 4.20+; Documentation/accounting/psi.rst.
 */
export function parsePressure(text: string): Parsed<Pressure> {
  const lines = new Map<string, PressureLine>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const match = LINE.exec(line.text);
    const kind = match?.[1];
    if (match && kind && !lines.has(kind)) lines.set(kind, toPressureLine(match, line));
    else noteSkipped(skipped, line);
  }
  const some = lines.get("some");
  const full = lines.get("full");
  if (!some && !full) throw nothingUsable("pressure", text);
  return { value: { ...(some && { some }), ...(full && { full }) }, skipped };
}

function toPressureLine(match: RegExpExecArray, line: TextLine): PressureLine {
  const [avg10 = 0, avg60 = 0, avg300 = 0, totalMicroseconds = 0] = match.slice(2).map(Number);
  return { line: line.number, avg10, avg60, avg300, totalMicroseconds };
}
