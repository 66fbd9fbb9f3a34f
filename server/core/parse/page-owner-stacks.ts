import { type Bytes, pagesToBytes } from "../units";
import type { AllocationSite, Frame } from "./allocation-site";
import type { Parsed, SkippedLine } from "./parsed";
import { SiteSums } from "./site-sums";
import { readFrame } from "./stack-frame";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

const COUNT = /^(?:nr_base_pages|stack_count): ?(\d{1,15})$/;
const HANDLE = /^handle: ?\d{1,20}$/;
const MAX_FRAMES = 64;

/**
 * `/sys/kernel/debug/page_owner_stacks/show_stacks` and `show_stacks_handles` (6.9+): each stack with the base pages
 * that are alive (`nr_base_pages`; `stack_count` in the first version), in bytes. The file names no order: a
 * stack's allocations are counted in base pages. Handles without stacks say nothing by themselves and are passed over.
 * Throws ParseError without a stack that has its count.
 *
 * Source: mm/page_owner.c stack_print, Documentation/mm/page_owner.rst.
 */
export function parsePageOwnerStacks(
  text: string,
  pageSize: Bytes,
): Parsed<readonly AllocationSite[]> {
  const sums = new SiteSums();
  const skipped: SkippedLine[] = [];
  let frames: Frame[] = [];
  for (const line of textLines(text)) {
    const frame = readFrame(line.text);
    const count = COUNT.exec(line.text)?.[1];
    if (frame && frames.length < MAX_FRAMES) frames.push(frame);
    else if (count !== undefined && frames.length > 0) {
      const pages = Number(count);
      sums.add({ frames, bytes: pagesToBytes(pages, pageSize), calls: pages, line: line.number });
      frames = [];
    } else if (count === undefined && !HANDLE.test(line.text)) noteSkipped(skipped, line);
  }
  const value = sums.sites();
  if (value.length === 0) throw nothingUsable("page_owner_stacks", text);
  return { value, skipped };
}
