import { type Bytes, KIB, MIB, pagesToBytes } from "../units";
import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { plainSymbol, readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

const RECORD =
  /^(.{1,64}?):(\d{1,10})\s+(\S{1,160})(?:\s+\[([\w-]{1,64})\])?\s+ptr=(?:0x)?[0-9a-f]{1,16}\s+(?:order (\d{1,2})|mark \d)\b/;
/** "4919  314816K  receive_mergeable+0x1/0x2 [virtio_net]": count, KiB of all, function. */
const PAGE_ROW = /^(\d{1,12})\s+(\d{1,15})K\s+(\S{1,160})(?:\s+\[([\w-]{1,64})\])?$/;
const VMALLOC_ROW = /^(\d{1,12})\s+(\d{1,12})MB\s+(\S{1,160})(?:\s+\[([\w-]{1,64})\])?$/;
const SLAB = /^slab:\s*(\S{1,80})\s+总大小:\s*(\d{1,16})/;
const SUSPECT = /^疑似泄漏函数:\s*(\S{1,160})/;
const KNOWN =
  /^(?:wait for |未释放内存|VMALLOC|次数|泄漏slab|疑似泄漏object|\d{1,12}\s+\d{1,12}\s+\S+$|allocPages:|诊断结论)/;

interface Trace {
  readonly sums: SiteSums;
  readonly rows: SiteSums;
  open?: { readonly site: Omit<AllocationSite, "frames">; readonly frames: Frame[] };
  slab?: { readonly name: string; readonly bytes: Bytes; readonly line: number };
  hasRecords: boolean;
}

/**
 * `sysak memleak -t page | slab | vmalloc`: allocations that were not freed while it watched, in bytes. The tool's page summary
 * counts `2 << order` pages where `1 << order` are meant, so its sizes are twice the truth: sizes are computed from the
 * records' orders, or halved where only the summary is there. It stops at 5,000 records: a lower bound. A slab
 * trace has no sizes by function; its suspect function is given the size of the cache, an upper bound.
 * Throws ParseError without a record or a row.
 *
 * Source: xiapin/sysak source/tools/detect/mem/memleak (page.c, slab.c, vmalloc.c).
 */
export function parseSysakMemleak(
  text: string,
  pageSize: Bytes,
): Parsed<readonly AllocationSite[]> {
  const trace: Trace = { sums: new SiteSums(), rows: new SiteSums(), hasRecords: false };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!takes(trace, line, pageSize)) noteSkipped(skipped, line);
  }
  close(trace);
  const value = [...(trace.hasRecords ? trace.sums : trace.rows).sites()];
  if (value.length === 0) throw nothingUsable("sysak memleak", text);
  return { value, skipped };
}

function takes(trace: Trace, line: TextLine, pageSize: Bytes): boolean {
  if (line.text.length > 600) return false;
  return (
    takesRecord(trace, line, pageSize) ||
    takesRow(trace, line) ||
    takesSlab(trace, line) ||
    takesFrame(trace, line.text) ||
    KNOWN.test(line.text)
  );
}

function takesRecord(trace: Trace, line: TextLine, pageSize: Bytes): boolean {
  const [, comm, pid, func, module, order] = RECORD.exec(line.text) ?? [];
  if (comm === undefined || func === undefined) return false;
  close(trace);
  // Slab records have a mark instead of an order: what they weigh is not printed.
  if (order === undefined) return true;
  const size = pagesToBytes(2 ** Math.min(Number(order), 20), pageSize);
  trace.hasRecords = true;
  trace.open = {
    site: {
      bytes: size,
      calls: 1,
      order: Number(order),
      task: { pid: Number(pid), comm },
      line: line.number,
    },
    frames: [frameOf(func, module)],
  };
  return true;
}

/** The record names the third frame of its stack: where the stack follows, it stands there again. */
function takesFrame(trace: Trace, text: string): boolean {
  const frame = readFrame(text);
  if (!frame) return false;
  trace.open?.frames.push(frame);
  return true;
}

function close(trace: Trace): void {
  const { open } = trace;
  delete trace.open;
  if (!open) return;
  const [named, ...stack] = open.frames;
  const isRepeated = stack.some(({ func }) => func === named?.func);
  trace.sums.add({ ...open.site, frames: isRepeated ? stack : open.frames });
}

function takesRow(trace: Trace, line: TextLine): boolean {
  const [, calls, kib, func, module] = PAGE_ROW.exec(line.text) ?? [];
  if (func !== undefined) {
    close(trace);
    const bytes = (Number(kib) * KIB) / 2;
    trace.rows.add({
      frames: [frameOf(func, module)],
      bytes,
      calls: Number(calls),
      line: line.number,
    });
    return true;
  }
  const [, areas, mib, caller, owner] = VMALLOC_ROW.exec(line.text) ?? [];
  if (caller === undefined) return false;
  trace.rows.add({
    frames: [frameOf(caller, owner)],
    bytes: Number(mib) * MIB,
    calls: Number(areas),
    pages: "vmalloc",
    line: line.number,
  });
  return true;
}

function takesSlab(trace: Trace, line: TextLine): boolean {
  const [, name, size] = SLAB.exec(line.text) ?? [];
  if (name !== undefined) {
    close(trace);
    trace.slab = { name, bytes: Number(size), line: line.number };
    return true;
  }
  const func = SUSPECT.exec(line.text)?.[1];
  if (func === undefined) return false;
  close(trace);
  if (trace.slab && func !== "未知") {
    const { name, bytes, line: at } = trace.slab;
    const frames = [frameOf(func, undefined)];
    trace.rows.add({ frames, bytes, calls: 1, pages: "slab", slabCache: name, line: at });
  }
  return true;
}

function frameOf(symbol: string, module: string | undefined): Frame {
  const frame = readFrame(module ? `${symbol} [${module}]` : symbol, true);
  return frame ?? { func: plainSymbol(symbol), ...(module ? { module } : {}) };
}
