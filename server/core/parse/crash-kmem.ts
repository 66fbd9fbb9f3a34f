import { type Bytes, pagesToBytes } from "../units";
import type { Meminfo } from "./meminfo";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** Row of `kmem -i` → field of /proc/meminfo that counts the same pages. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ["TOTAL MEM", "MemTotal"],
  ["FREE", "MemFree"],
  ["BUFFERS", "Buffers"],
  ["CACHED", "Cached"],
  ["SLAB", "Slab"],
  ["TOTAL HUGE", "Hugetlb"],
  ["TOTAL SWAP", "SwapTotal"],
  ["SWAP FREE", "SwapFree"],
  ["COMMIT LIMIT", "CommitLimit"],
  ["COMMITTED", "Committed_AS"],
]);
/** Rows that are a sum or a view of others; SHARED counts pages with more than one user, not shared memory. */
const OTHER_ROWS: ReadonlySet<string> = new Set(["USED", "SHARED", "HUGE FREE", "SWAP USED"]);
const ROW =
  /^(?:\[\w+\]\s+)?([A-Z]+(?: [A-Z]+)?)\s+(\d{1,16})(?:\s+[\d.]{1,12}(?:\s*[KMGT]i?B)?(?:\s+(?:-{2,}|\d{1,7}%\s+of TOTAL \w+))?)?$/;
const HEADING = /^PAGES\s+TOTAL\s+PERCENTAGE$/;

/**
 * `kmem -i` of the crash utility: rows under their names in /proc/meminfo, in bytes; pages are exact,
 * the TOTAL column is rounded. There is no row for process memory, kernel stacks, page tables, vmalloc
 * or per-CPU memory: those and what no counter shows are USED less the other rows. CACHED holds shared memory.
 *
 *                      PAGES        TOTAL      PERCENTAGE
 *         TOTAL MEM  32871402     125.4 GB         ----
 *              FREE    92978     363.2 MB    0% of TOTAL MEM
 *
 * Throws ParseError without TOTAL MEM. Source: github.com/crash-utility/crash, memory.c dump_kmeminfo.
 */
export function parseCrashKmem(text: string, pageSize: Bytes): Parsed<Meminfo> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!readRow(value, line, pageSize) && !HEADING.test(line.text)) noteSkipped(skipped, line);
  }
  if (!value.get("MemTotal")?.value) throw nothingUsable("crash kmem -i", text);
  return { value, skipped };
}

/** False for a line that is no row. */
function readRow(value: Map<string, Measured>, line: TextLine, pageSize: Bytes): boolean {
  const [, name = "", pages] = (line.text.length < 200 && ROW.exec(line.text)) || [];
  const field = FIELDS.get(name);
  if (field === undefined || pages === undefined) return OTHER_ROWS.has(name);
  const bytes = pagesToBytes(Number(pages), pageSize);
  if (!value.has(field)) value.set(field, { value: bytes, line: line.number });
  return true;
}
