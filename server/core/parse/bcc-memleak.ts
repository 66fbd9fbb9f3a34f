import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, readCount, textLines } from "./text-lines";

const HEADING = /^\[\d\d:\d\d:\d\d\] Top \d+ stacks with outstanding allocations/;
const STACK = /^(\d{1,20}) bytes in (\d{1,20}) allocations from stack$/;
/** With -a the single allocations stand under the heading; the stacks repeat them. */
const ADDRESS = /^addr = (?:0x)?[0-9a-f]+ size = \d+$/;
const NOTE = /^(?:Attaching to |Using default object|Tracing outstanding|WARNING: )/;
const UNKNOWN_FRAME = /^(?:#?\d{1,3}[ :]+)?(?:0x[0-9a-f]+\s+)?\[unknown\]/;

interface Open {
  readonly bytes: number;
  readonly calls: number;
  readonly line: number;
  readonly frames: Frame[];
}

/**
 * `memleak` of bcc and libbpf-tools: "N bytes in M allocations from stack" and its frames, in bytes; only what was allocated
 * since it was attached. The tool prints its table every few seconds: the last one is what is still held.
 * Throws ParseError without a stack.
 *
 * Source: iovisor/bcc tools/memleak.py, libbpf-tools/memleak.c.
 */
export function parseBccMemleak(text: string): Parsed<readonly AllocationSite[]> {
  let sums = new SiteSums();
  const skipped: SkippedLine[] = [];
  let open: Open | undefined;
  let isAny = false;
  for (const line of textLines(text)) {
    if (HEADING.test(line.text)) {
      close(sums, open);
      open = undefined;
      sums = new SiteSums();
      continue;
    }
    const next = begin(line.text, line.number);
    if (next) {
      close(sums, open);
      open = next;
      isAny = true;
    } else if (!takes(open, line.text)) noteSkipped(skipped, line);
  }
  close(sums, open);
  if (!isAny) throw nothingUsable("memleak", text);
  return { value: sums.sites(), skipped };
}

function begin(text: string, line: number): Open | undefined {
  const [, byteCount, callCount] = STACK.exec(text) ?? [];
  const bytes = readCount(byteCount);
  const calls = readCount(callCount);
  if (bytes === undefined || calls === undefined || !Number.isSafeInteger(bytes)) return undefined;
  return { bytes, calls, line, frames: [] };
}

function takes(open: Open | undefined, text: string): boolean {
  const frame = open && readFrame(text);
  if (frame) open.frames.push(frame);
  return frame !== undefined || [ADDRESS, NOTE, UNKNOWN_FRAME].some((known) => known.test(text));
}

function close(sums: SiteSums, open: Open | undefined): void {
  if (open && open.frames.length > 0) sums.add(open);
}
