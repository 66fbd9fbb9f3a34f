/**
 * The ledger held against a census of every page frame: what /proc/kpageflags says each page is, beside the counters.
 *
 *     node bench/ledger-truth.mjs --rest FILE     at rest: keeps the figures in FILE
 *     node bench/ledger-truth.mjs --rest FILE     under load: prints what rose since
 *
 * Needs root and CONFIG_PROC_PAGE_MONITOR. Reads 8 bytes per page frame (50 MB for 24 GiB) in pieces of 1 MiB, and the
 * counters right before and after; their mean is compared. A frame that nobody owns cannot be told from a free one without
 * a flag, so single frames prove nothing; blocks of several do: those are compound, and the rise of allocpage must be theirs
 * when the load is made of blocks.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const PAGE_KIB = 4;
const MIB = 1024;
/** Bits of include/uapi/linux/kernel-page-flags.h, of the low and the high word. */
const LRU = 1 << 5;
const SLAB = 1 << 7;
const BUDDY = 1 << 10;
const ANON = 1 << 12;
const HEAD = 1 << 15;
const TAIL = 1 << 16;
const HUGE = 1 << 17;
const NOPAGE = 1 << 20;
const OFFLINE = 1 << 23;
const ZERO_PAGE = 1 << 24;
const PGTABLE = 1 << 26;
const RESERVED = 1 << 0;

const { values } = parseArgs({ options: { rest: { type: "string" } } });
const before = readCounters();
const census = takeCensus();
const after = readCounters();
printTable();

/** KiB by what the frames are. */
function takeCensus() {
  /** @type {Record<string, number>} */
  const frames = {};
  const file = openSync("/proc/kpageflags", "r");
  const piece = new Uint32Array(256 * 1024);
  let owner = "nobody";
  let bytes = readSync(file, piece, 0, piece.byteLength, 0);
  for (let at = 0; bytes > 0; bytes = readSync(file, piece, 0, piece.byteLength, at)) {
    for (let word = 0; word < bytes / 4; word += 2) {
      owner = frameOwner(piece[word] ?? 0, piece[word + 1] ?? 0, owner);
      frames[owner] = (frames[owner] ?? 0) + 1;
    }
    at += bytes;
  }
  closeSync(file);
  return Object.fromEntries(
    Object.entries(frames).map(([name, count]) => [name, count * PAGE_KIB]),
  );
}

/** A tail belongs to whoever its head belongs to. @param {number} low @param {number} high @param {string} before */
function frameOwner(low, high, before) {
  if (low & TAIL) return before;
  const owner = ownerOf(low, high);
  return owner === "nobody" && low & HEAD ? "compound" : owner;
}

/** @param {number} low @param {number} high */
function ownerOf(low, high) {
  if (low & (NOPAGE | OFFLINE)) return "absent";
  if (high & RESERVED || low & ZERO_PAGE) return "reserved";
  if (low & BUDDY) return "free";
  if (low & HUGE) return "hugetlb";
  if (low & SLAB) return "slab";
  if (low & PGTABLE) return "pageTables";
  return low & (LRU | ANON) ? "lru" : "nobody";
}

function readCounters() {
  const text = readFileSync("/proc/meminfo", "utf8");
  const zones = readFileSync("/proc/zoneinfo", "utf8");
  const slabs = readFileSync("/proc/slabinfo", "utf8");
  const field = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const pcp =
    [...zones.matchAll(/^\s+count:\s+(\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0) *
    PAGE_KIB;
  const caches = slabs
    .split("\n")
    .slice(2)
    .reduce((sum, line) => {
      const words = line.split(/\s+/);
      return words.length > 14 ? sum + Number(words[14]) * Number(words[5]) * PAGE_KIB : sum;
    }, 0);
  const lru = field("Active") + field("Inactive") + field("Unevictable");
  const isStackInVmalloc = field("VmallocUsed") >= field("KernelStack");
  const vmalloc = isStackInVmalloc
    ? field("VmallocUsed")
    : field("VmallocUsed") + field("KernelStack");
  const vmstat = readFileSync("/proc/vmstat", "utf8");
  const zspages = Number(/^nr_zspages (\d+)/m.exec(vmstat)?.[1] ?? 0) * PAGE_KIB;
  const pageTables = field("PageTables") + field("SecPageTables");
  const counted =
    lru +
    field("MemFree") +
    pcp +
    field("Slab") +
    pageTables +
    field("Hugetlb") +
    vmalloc +
    field("Percpu") +
    zspages;
  return {
    total: field("MemTotal"),
    free: field("MemFree"),
    lru,
    slab: field("Slab"),
    caches,
    pageTables,
    hugetlb: field("Hugetlb"),
    pcp,
    vmalloc,
    percpu: field("Percpu"),
    zspages,
    allocpage: field("MemTotal") - counted,
  };
}

/** @param {keyof ReturnType<typeof readCounters>} name */
function counter(name) {
  return (before[name] + after[name]) / 2;
}

function printTable() {
  const rows = compare();
  const file = values.rest;
  /** @type {typeof rows | undefined} */
  const rest = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
  if (file && !rest) writeFileSync(file, JSON.stringify(rows));
  console.log(
    rest
      ? "| MiB more than at rest | ledger | census | difference | counter or formula |"
      : "| MiB | ledger | census | difference | counter or formula |",
  );
  console.log("|---|---:|---:|---:|---|");
  for (const [index, { name, ledger, seen, how }] of rows.entries()) {
    const ours = ledger - (rest?.[index]?.ledger ?? 0);
    const theirs = seen - (rest?.[index]?.seen ?? 0);
    console.log(`| ${name} | ${mib(ours)} | ${mib(theirs)} | ${mib(ours - theirs)} | ${how} |`);
  }
  const moved = [after.free - before.free, after.allocpage - before.allocpage].map(mib);
  console.log(`\nduring the census MemFree moved by ${moved[0]} MiB, allocpage by ${moved[1]}`);
}

function compare() {
  const of = (/** @type {string} */ name) => census[name] ?? 0;
  const largeKmalloc = counter("slab") - counter("caches");
  // Large kmalloc is a page type of its own in newer kernels, without the flag of slab.
  const isOutside =
    Math.abs(of("slab") - counter("caches")) < Math.abs(of("slab") - counter("slab"));
  return [
    {
      name: "slab",
      ledger: isOutside ? counter("caches") : counter("slab"),
      seen: of("slab"),
      how: isOutside ? "Σ slabinfo (large kmalloc carries no flag)" : "Slab",
    },
    { name: "huge pages", ledger: counter("hugetlb"), seen: of("hugetlb"), how: "Hugetlb" },
    {
      name: "page tables",
      ledger: counter("pageTables"),
      seen: of("pageTables"),
      how: "PageTables + SecPageTables",
    },
    {
      name: "LRU",
      ledger: counter("lru"),
      seen: of("lru"),
      how: "Active + Inactive + Unevictable",
    },
    {
      name: "allocpage in blocks",
      ledger: counter("allocpage"),
      seen: of("compound") - (isOutside ? largeKmalloc : 0),
      how: "nobody's compound frames less large kmalloc: fragments, packet and io_uring rings; pipes, perf and BPF rings are single ones",
    },
  ];
}

/** @param {number} kib */
function mib(kib) {
  return (kib / MIB).toFixed(1);
}
