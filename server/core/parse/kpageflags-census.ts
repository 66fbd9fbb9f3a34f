import { type Bytes, kibToBytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/** The collector's census of pages that no counter owns, by compound order (see collector.md: kpageflags). */
export interface KpageflagsCensus {
  /** order → bytes of compound pages nobody owns, with line. */
  readonly nobodyByOrder: ReadonlyMap<number, { readonly bytes: Bytes; readonly line: number }>;
}

const COMPOUND = /^nobody, compound order (\d{1,2}): \d{1,20} pages = (\d{1,20}) KiB$/;
const OTHER = /^(?:pages \d+; KiB: |nobody, order 0 |wall \d+ ms)/;

/**
 * The census made from /proc/kpageflags: pages that are allocated and on no list (not buddy, LRU,
 * slab, page table, hugetlb, reserved), grouped by the order of their compound page.
 *
 *     nobody, order 0 (incl. pcp lists, …): 31572 KiB
 *     nobody, compound order 3: 116504 pages = 466016 KiB
 *
 * Only compound pages are kept: order 0 also holds per-CPU lists, vmalloc, percpu and stacks, which
 * have counters of their own. Many pages of order 3 are the fragments that network drivers hand out
 * (SKB_FRAG_PAGE_ORDER). A census without compound pages is an empty map. Throws ParseError if the
 * text is no census.
 *
 * Source: fs/proc/page.c (stable_page_flags), include/uapi/linux/kernel-page-flags.h.
 */
export function parseKpageflagsCensus(text: string): Parsed<KpageflagsCensus> {
  const nobodyByOrder = new Map<number, { bytes: Bytes; line: number }>();
  const skipped: SkippedLine[] = [];
  let isCensus = false;

  for (const line of textLines(text)) {
    const [, order, kib] = COMPOUND.exec(line.text) ?? [];
    if (order)
      nobodyByOrder.set(Number(order), { bytes: kibToBytes(Number(kib)), line: line.number });
    const isKnown = order !== undefined || OTHER.test(line.text);
    isCensus ||= isKnown;
    if (!isKnown) noteSkipped(skipped, line);
  }
  if (!isCensus) throw nothingUsable("kpageflags", text);
  return { value: { nobodyByOrder }, skipped };
}
