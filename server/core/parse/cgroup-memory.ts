import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCount, textLines } from "./text-lines";

/** Memory files of one cgroup: "memory.stat" fields by name, and single-value files by file name, in bytes. */
export interface CgroupMemory {
  /** Path below the memory controller's root, "/" for the root. */
  readonly path: string;
  readonly stat: ReadonlyMap<string, Measured>;
  /** "memory.current", "memory.usage_in_bytes", "memory.kmem.usage_in_bytes", "memory.max" … → bytes. "max" is absent. */
  readonly values: ReadonlyMap<string, Measured>;
  /** cgroup.stat: "nr_descendants", "nr_dying_descendants" …, as counts. Absent if it was not captured. */
  readonly cgroupStat?: ReadonlyMap<string, Measured>;
}

interface OpenCgroup {
  readonly path: string;
  readonly stat: Map<string, Measured>;
  readonly values: Map<string, Measured>;
  readonly cgroupStat: Map<string, Measured>;
}

// A cgroup's name may hold ":" and spaces, so the line is cut at the file's name.
const FILE_LINE = /^(.{0,4096}?)\/((?:memory|cgroup)\.[a-z_.]{1,64}):(.{0,4096})$/;
const COUNTER = /^([a-z]\w{0,63})\s+(\d{1,20})$/;
const ROOT = "sys/fs/cgroup";
/** v1 prints its "no limit" as the highest multiple of the page size in 63 bits. */
const V1_NO_LIMIT = 2 ** 62;

/**
 * Lines "/sys/fs/cgroup/…/<file>:<line>", as `grep . FILE…` prints them and our collector writes them.
 *
 *     /sys/fs/cgroup/memory/system.slice/memory.stat:cache 10416128      (v1)
 *     /sys/fs/cgroup/system.slice/memory.current:6803456                 (v2)
 *
 * Read are memory.stat (bytes, and events as counts: the names tell), files of one number (bytes)
 * and cgroup.stat. "max" and v1's highest number both mean no limit and are absent. Files of other
 * shapes (memory.numa_stat, memory.events, memory.pressure) repeat what others say and are passed over.
 * A path whose file comes again is another cgroup of the same masked name: an entry of its own.
 * Throws ParseError if nothing of a cgroup could be read.
 *
 * Source: mm/memcontrol.c, mm/memcontrol-v1.c, kernel/cgroup/cgroup.c (cgroup_stat_show).
 */
export function parseCgroupMemory(text: string): Parsed<readonly CgroupMemory[]> {
  const cgroups = new Set<OpenCgroup>();
  const latest = new Map<string, OpenCgroup>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const [, folder, file, content = ""] = FILE_LINE.exec(line.text) ?? [];
    if (folder === undefined || file === undefined) {
      noteSkipped(skipped, line);
      continue;
    }
    const field = readField(file, content.trim());
    if (!field) continue;
    const cgroup = cgroupFor(latest, belowRoot(folder), field);
    cgroups.add(cgroup);
    cgroup[field.part].set(field.name, { value: field.value, line: line.number });
  }
  if (cgroups.size === 0) throw nothingUsable("cgroup memory", text);
  return { value: [...cgroups].map(closeCgroup), skipped };
}

/** The cgroup of this path that has no such field yet. */
function cgroupFor(latest: Map<string, OpenCgroup>, path: string, field: Field): OpenCgroup {
  const known = latest.get(path);
  if (known && !known[field.part].has(field.name)) return known;
  const opened = { path, stat: new Map(), values: new Map(), cgroupStat: new Map() };
  latest.set(path, opened);
  return opened;
}

/** Takes the mount point away: /sys/fs/cgroup (v2), /sys/fs/cgroup/memory (v1), …/unified (both). */
function belowRoot(folder: string): string {
  const root = folder.indexOf(ROOT);
  const below = root < 0 ? folder : folder.slice(root + ROOT.length);
  return below.replace(/^\/(?:memory|unified)(?=\/|$)/, "") || "/";
}

interface Field {
  readonly part: "stat" | "values" | "cgroupStat";
  readonly name: string;
  readonly value: number;
}

function readField(file: string, content: string): Field | undefined {
  if (file === "memory.stat" || file === "cgroup.stat") {
    const counter = readCounter(content);
    return counter && { part: file === "memory.stat" ? "stat" : "cgroupStat", ...counter };
  }
  const value = readCount(content);
  if (value === undefined || value >= V1_NO_LIMIT) return undefined;
  return { part: "values", name: file, value };
}

function readCounter(text: string): { name: string; value: number } | undefined {
  const [, name, count] = COUNTER.exec(text) ?? [];
  return name ? { name, value: Number(count) } : undefined;
}

function closeCgroup({ cgroupStat, ...cgroup }: OpenCgroup): CgroupMemory {
  return { ...cgroup, ...(cgroupStat.size > 0 && { cgroupStat }) };
}

/**
 * One cgroup's memory.stat, v1 or v2, or its cgroup.stat: name to bytes (events: counts).
 *
 *     anon 6803456
 *     file 121671680
 *
 * Throws ParseError if no counter could be read.
 *
 * Source: mm/memcontrol.c (memory_stat_format).
 */
export function parseMemoryStat(text: string): Parsed<ReadonlyMap<string, Measured>> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const counter = readCounter(line.text);
    if (!counter || value.has(counter.name)) noteSkipped(skipped, line);
    else value.set(counter.name, { value: counter.value, line: line.number });
  }
  if (value.size === 0) throw nothingUsable("memory.stat", text);
  return { value, skipped };
}

/**
 * /proc/cgroups: controller → number of cgroups, dying ones included.
 *
 *     #subsys_name	hierarchy	num_cgroups	enabled
 *     memory	10	452	1
 *
 * Far more than there are directories means cgroups that were removed and still hold memory.
 * Throws ParseError if no controller could be read.
 *
 * Source: kernel/cgroup/cgroup-v1.c (proc_cgroupstats_show).
 */
export function parseProcCgroups(text: string): Parsed<ReadonlyMap<string, Measured>> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    if (line.text.startsWith("#")) continue;
    const [, controller, count] =
      /^(\w{1,32})\s+\d{1,10}\s+(\d{1,20})\s+[01]$/.exec(line.text) ?? [];
    if (!controller || value.has(controller)) noteSkipped(skipped, line);
    else value.set(controller, { value: Number(count), line: line.number });
  }
  if (value.size === 0) throw nothingUsable("cgroups", text);
  return { value, skipped };
}
