import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, readCount, textLines } from "./text-lines";

const OBJECT = /^unreferenced (?:object|percpu) 0x[0-9a-f]{1,16} \(size (\d{1,15})\):/;
const TASK = /^comm "([^"]{0,64})", pid (\d{1,10})\b/;
const KNOWN = /^(?:hex dump|backtrace\b|[0-9a-f]{2} [0-9a-f]{2} )/;

interface Open {
  readonly size: number;
  readonly line: number;
  task?: NonNullable<AllocationSite["task"]>;
  readonly frames: Frame[];
}

/**
 * `/sys/kernel/debug/kmemleak`: objects that nothing points to any more, by the stack that allocated them, in bytes. They
 * are slab objects (kmalloc, kmem_cache_alloc); pages from the page allocator are not tracked by it.
 * Throws ParseError without an object that has a stack.
 *
 * Source: mm/kmemleak.c print_unreferenced.
 */
export function parseKmemleak(text: string): Parsed<readonly AllocationSite[]> {
  const sums = new SiteSums();
  const skipped: SkippedLine[] = [];
  let open: Open | undefined;
  for (const line of textLines(text)) {
    const size = readCount(OBJECT.exec(line.text)?.[1]);
    if (size !== undefined) {
      close(sums, open);
      open = { size, line: line.number, frames: [] };
    } else if (!open || !takes(open, line.text)) noteSkipped(skipped, line);
  }
  close(sums, open);
  const value = sums.sites();
  if (value.length === 0) throw nothingUsable("kmemleak", text);
  return { value, skipped };
}

function takes(open: Open, text: string): boolean {
  const [, comm, pid] = TASK.exec(text) ?? [];
  if (pid !== undefined) open.task = { pid: Number(pid), ...(comm ? { comm } : {}) };
  const frame = readFrame(text);
  if (frame) open.frames.push(frame);
  return frame !== undefined || pid !== undefined || KNOWN.test(text);
}

function close(sums: SiteSums, open: Open | undefined): void {
  if (!open || open.frames.length === 0) return;
  const { size, line, task, frames } = open;
  sums.add({ frames, bytes: size, calls: 1, pages: "slab", line, ...(task ? { task } : {}) });
}
