import { type Bytes, pagesToBytes } from "../units";
import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

// "nginx  1207 [001]  123.456789: kmem:mm_page_alloc: page=0x… pfn=0x… order=3 migratetype=0 gfp_flags=…"
const EVENT =
  /^(.{1,40}?)\s+(\d{1,10})(?:\/\d{1,10})?\s+(?:\[\d{1,4}\]\s+)?[\d.]{1,24}:\s+(?:\d{1,12}\s+)?(?:kmem:)?(mm_page_alloc|mm_page_free|mm_page_free_batched):\s(.{0,400})$/;
const PFN = /\bpfn=(0x[0-9a-f]{1,16}|\d{1,16})\b/;
const ORDER = /\border=(\d{1,2})\b/;
/** Pages that a trace may have in flight: a real one has some hundred thousand. */
const MAX_LIVE = 2_000_000;

interface Allocation {
  readonly line: number;
  readonly order: number;
  readonly task: { readonly pid: number; readonly comm: string };
  readonly frames: Frame[];
  isFreed: boolean;
}

/**
 * `perf script` of kmem:mm_page_alloc and kmem:mm_page_free(_batched) with stacks: allocations are paired with their frees
 * by page frame; `bytes` is what was not freed until the end of the trace, `allocated` all of it. A page whose frame is
 * allocated again without a free in between was freed unseen. Throws ParseError without an allocation that has a stack.
 *
 * Source: include/trace/events/kmem.h; tools/perf/builtin-script.c.
 */
export function parsePerfKmem(text: string, pageSize: Bytes): Parsed<readonly AllocationSite[]> {
  const trace: Trace = { live: new Map(), all: [] };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) if (!takes(trace, line)) noteSkipped(skipped, line);
  const value = sum(trace.all, pageSize);
  if (value.length === 0) throw nothingUsable("perf script", text);
  return { value, skipped };
}

interface Trace {
  /** By page frame number. */
  readonly live: Map<string, Allocation>;
  readonly all: Allocation[];
  /** The allocation whose stack is being read. */
  open?: Allocation | undefined;
}

function takes(trace: Trace, line: TextLine): boolean {
  const event = readEvent(line);
  if (!event) {
    const frame = readFrame(line.text);
    if (frame) trace.open?.frames.push(frame);
    return frame !== undefined || line.text.startsWith("#");
  }
  follow(trace.live, event);
  trace.open = event.name === "mm_page_alloc" ? event.allocation : undefined;
  if (trace.open && trace.all.length < MAX_LIVE) trace.all.push(trace.open);
  return true;
}

interface PageEvent {
  readonly name: string;
  readonly pfn: string;
  readonly allocation: Allocation;
}

function readEvent(line: TextLine): PageEvent | undefined {
  if (line.text.length > 600) return undefined;
  const [, comm, pid, name, fields = ""] = EVENT.exec(line.text) ?? [];
  const pfn = PFN.exec(fields)?.[1];
  if (!comm || !name || pfn === undefined) return undefined;
  const order = Math.min(Number(ORDER.exec(fields)?.[1] ?? 0), 20);
  const task = { pid: Number(pid), comm: comm.trim() };
  return {
    name,
    pfn: pfn.startsWith("0x") ? String(Number(pfn)) : pfn,
    allocation: { line: line.number, order, task, frames: [], isFreed: false },
  };
}

function follow(live: Map<string, Allocation>, { name, pfn, allocation }: PageEvent): void {
  const before = live.get(pfn);
  if (before) before.isFreed = true;
  if (name !== "mm_page_alloc") live.delete(pfn);
  else if (live.size < MAX_LIVE) live.set(pfn, allocation);
}

function sum(all: readonly Allocation[], pageSize: Bytes): readonly AllocationSite[] {
  const sums = new SiteSums();
  for (const { frames, order, task, isFreed, line } of all) {
    if (frames.length === 0) continue;
    const size = pagesToBytes(2 ** order, pageSize);
    sums.add({
      frames,
      bytes: isFreed ? 0 : size,
      calls: isFreed ? 0 : 1,
      allocated: { bytes: size, calls: 1 },
      order,
      task,
      line,
    });
  }
  return sums.sites();
}
