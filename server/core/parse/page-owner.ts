import { type Bytes, pagesToBytes } from "../units";
import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

const HEAD =
  /^Page allocated via order (\d{1,2})\b(?:, mask (?:0x)?[0-9a-f]{1,16}[^,]{0,400})?(.{0,300})$/;
const TASK = /, pid (\d{1,10})(?:, tgid \d{1,10})?(?: \((.{0,64}?)\))?(?:,|$)/;
/** Printed by page_owner_sort in front of the block: how many blocks were alike. */
const TIMES = /^(\d{1,12}) times(?:, (\d{1,15}) pages)?(.{0,200}?):?$/;
const FLAGS = /\bFlags (?:0x)?[0-9a-f]{1,16}\(([^)]{0,400})\)/;
const MEMCG = /^Charged (?:\S{1,40} )?to (offlined )?memcg (.{1,300}?)\.?$/;
const PFN = /^PFN (?:0x)?[0-9a-f]{1,16}\b/;
const REMARK = /^Page has been migrated, last migrate reason|^Total:|^\d+ pages(?: are)? filtered/;

interface Block {
  readonly line: number;
  order: number;
  /** Blocks alike, and their pages where printed. */
  times: number;
  pages?: number;
  hasHead: boolean;
  task?: NonNullable<AllocationSite["task"]>;
  kind?: "slab" | "lru" | "plain";
  memcg?: NonNullable<AllocationSite["memcg"]>;
  readonly frames: Frame[];
}

/**
 * `/sys/kernel/debug/page_owner` (one block per allocation, all generations since 3.19) and what
 * tools/mm/page_owner_sort makes of it ("N times, M pages:" above each block): stacks with the bytes that are
 * alive, equal stacks summed. Bytes are pages × page size, or times × page size << order where only times are printed.
 * Pages whose flags say slab or lru are marked; the others came straight from the page allocator.
 * Throws ParseError without a block that has a stack.
 *
 * Source: mm/page_owner.c, tools/mm/page_owner_sort.c, Documentation/mm/page_owner.rst.
 */
export function parsePageOwner(text: string, pageSize: Bytes): Parsed<readonly AllocationSite[]> {
  const sums = new SiteSums();
  const skipped: SkippedLine[] = [];
  let block: Block | undefined;
  for (const line of textLines(text)) {
    const next = begin(line, block);
    if (next && next !== block) close(sums, block, pageSize);
    if (next) block = next;
    else if (!block || !continues(block, line.text)) noteSkipped(skipped, line);
  }
  close(sums, block, pageSize);
  const value = sums.sites();
  if (value.length === 0) throw nothingUsable("page_owner", text);
  return { value, skipped };
}

/** The block that this line begins, or the one above when the line is the second half of its head. */
function begin(line: TextLine, open: Block | undefined): Block | undefined {
  if (line.text.length > 1_000) return undefined;
  return beginSorted(line) ?? beginRaw(line, open);
}

function beginSorted(line: TextLine): Block | undefined {
  const [, times, pages, rest = ""] = TIMES.exec(line.text) ?? [];
  if (times === undefined) return undefined;
  const block: Block = { ...emptyBlock(line.number), times: Number(times), ...sortedTask(rest) };
  if (pages !== undefined) block.pages = Number(pages);
  if (rest.includes("allocated by SLAB")) block.kind = "slab";
  return block;
}

function beginRaw(line: TextLine, open: Block | undefined): Block | undefined {
  const [, order, rest = ""] = HEAD.exec(line.text) ?? [];
  if (order === undefined) return undefined;
  const block = open && !open.hasHead && open.frames.length === 0 ? open : emptyBlock(line.number);
  block.order = Math.min(Number(order), 20);
  block.hasHead = true;
  const [, pid, comm] = TASK.exec(rest) ?? [];
  if (pid) block.task = { pid: Number(pid), ...(comm ? { comm } : {}) };
  return block;
}

function emptyBlock(line: number): Block {
  return { line, order: 0, times: 1, hasHead: false, frames: [] };
}

/** --cull and --sort print who it was: "PID 12, task_comm_name: nginx". */
function sortedTask(text: string): { task?: NonNullable<AllocationSite["task"]> } {
  const pid = /\bPID (\d{1,10})/.exec(text)?.[1];
  const comm = /task_comm_name: ([^,:]{1,64})/.exec(text)?.[1];
  if (!pid && !comm) return {};
  return { task: { ...(pid ? { pid: Number(pid) } : {}), ...(comm ? { comm } : {}) } };
}

/** Takes a line of an open block; false when it says nothing known. */
function continues(block: Block, text: string): boolean {
  const frame = readFrame(text);
  if (frame) {
    block.frames.push(frame);
    return true;
  }
  const memcg = MEMCG.exec(text);
  if (memcg) {
    block.memcg = { isOffline: memcg[1] !== undefined, ...(memcg[2] ? { name: memcg[2] } : {}) };
    return true;
  }
  if (!PFN.test(text)) return REMARK.test(text);
  const flags = FLAGS.exec(text)?.[1]?.split("|");
  if (flags) block.kind = kindOf(flags);
  return true;
}

function kindOf(flags: readonly string[]): NonNullable<Block["kind"]> {
  if (flags.includes("slab")) return "slab";
  return flags.includes("lru") || flags.includes("unevictable") ? "lru" : "plain";
}

function close(sums: SiteSums, block: Block | undefined, pageSize: Bytes): void {
  if (!block || block.frames.length === 0) return;
  const { order, times, kind, task, memcg, frames, line } = block;
  const pages = block.pages ?? times * 2 ** order;
  sums.add({
    frames,
    bytes: pagesToBytes(pages, pageSize),
    calls: times,
    ...(block.hasHead ? { order } : {}),
    ...(kind ? { pages: kind } : {}),
    ...(task ? { task } : {}),
    ...(memcg ? { memcg } : {}),
    line,
  });
}
