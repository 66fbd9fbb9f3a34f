import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";
import type { Vmstat } from "./vmstat";

/** Names of the kernel's enumeration whose text in /proc/vmstat is another word. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["nr_anon_mapped", "nr_anon_pages"],
  ["nr_file_mapped", "nr_mapped"],
  ["nr_file_dirty", "nr_dirty"],
  ["nr_pagetable", "nr_page_table_pages"],
  ["nr_secondary_pagetable", "nr_sec_page_table_pages"],
  ["nr_slab_reclaimable_b", "nr_slab_reclaimable"],
  ["nr_slab_unreclaimable_b", "nr_slab_unreclaimable"],
  ["nr_kernel_stack_kb", "nr_kernel_stack"],
  ["nr_unstable_nfs", "nr_unstable"],
  ["nr_anon_thps", "nr_anon_transparent_hugepages"],
]);
const COUNTER = /^([A-Z][A-Z0-9_]{1,63}): (\d{1,20})$/;
const WHOLE = /^VM_(?:ZONE_STAT|NODE_STAT|NUMA_STAT|NUMA_EVENT|EVENT_STATES):/;
const ZONE = /^NODE: \d+\s+ZONE: \d+/;
/** Addresses, sizes and lists of a zone, and the titles of the blocks. */
const OTHER =
  /^(?:VM_(?:(?:ZONE_|NODE_|EVENT_|NUMA_)?(?:STATE?S?|EVENT)):|PAGE_STATES:|SIZE:|MIN\/LOW\/HIGH:|NR_(?:IN)?ACTIVE: |ZONE_|NODE: )/;

/**
 * `kmem -V` of the crash utility (the kernel's own page counters) and the counters of `kmem -z`, which
 * are summed over the zones: names as /proc/vmstat has them, pages.
 *
 *       VM_STAT:
 *               NR_FREE_PAGES: 30085
 *
 * Where both are there, `-V` stands. Throws ParseError without a counter.
 * Source: github.com/crash-utility/crash, memory.c dump_vm_stat, dump_zone_stats; include/linux/mmzone.h.
 */
export function parseCrashVmstat(text: string): Parsed<Vmstat> {
  const reading: Reading = { whole: new Map(), zones: new Map(), isZone: false };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!readLine(reading, line)) noteSkipped(skipped, line);
  }
  const value = reading.whole.size > 0 ? reading.whole : reading.zones;
  if (![...value.keys()].some((name) => name.startsWith("nr_"))) {
    throw nothingUsable("crash kmem -V", text);
  }
  return { value, skipped };
}

interface Reading {
  readonly whole: Map<string, Measured>;
  readonly zones: Map<string, Measured>;
  isZone: boolean;
}

function readLine(reading: Reading, line: TextLine): boolean {
  if (ZONE.test(line.text)) reading.isZone = true;
  else if (WHOLE.test(line.text)) reading.isZone = false;
  const [, word = "", digits] = COUNTER.exec(line.text) ?? [];
  const count = readCount(digits);
  if (count === undefined) return OTHER.test(line.text);
  const into = reading.isZone ? reading.zones : reading.whole;
  add(into, word, { value: count, line: line.number });
  return true;
}

function add(into: Map<string, Measured>, word: string, counter: Measured): void {
  const lower = word.toLowerCase();
  const name = OTHER_WORDS.get(lower) ?? lower;
  const known = into.get(name);
  into.set(name, known ? { ...known, value: known.value + counter.value } : counter);
}
