import type { Parsed, SkippedLine } from "../../core/parse/parsed";
import type { ReadFile } from "../../core/report";
import type { MeminfoSource, Snapshot, Sourced } from "../../core/snapshot";
import type { TextFile } from "./format";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** The measured parts of a Snapshot that stand once. */
type Single = Mutable<
  Partial<
    Pick<
      Snapshot,
      | "meminfo"
      | "meminfoAgain"
      | "vmstat"
      | "zoneinfo"
      | "buddyinfo"
      | "slab"
      | "vmallocinfo"
      | "pressureMemory"
      | "sockstat"
      | "sockstat6"
      | "cgroupMemory"
      | "cgroupCounts"
      | "modules"
      | "sysvShm"
      | "sysvMessages"
      | "kernelLog"
      | "kubernetesNode"
      | "kpageflags"
      | "bootLog"
      | "kernelCmdline"
      | "installedMemory"
      | "arcstats"
      | "splSlab"
      | "zram"
      | "swaps"
      | "ksm"
      | "balloon"
      | "dmaBuf"
      | "drmClients"
      | "nvidia"
      | "pageTypes"
    >
  >
>;
type ListName =
  | "otherTotals"
  | "numaMeminfo"
  | "hugepagePools"
  | "netCounters"
  | "socketTables"
  | "processTables"
  | "fdLinks"
  | "fdInfo"
  | "kernelMappings"
  | "bpfObjects"
  | "traceBuffers"
  | "tmpfs"
  | "nicSettings"
  | "sysctl"
  | "allocationSites";
type Lists = { [K in ListName]: Snapshot[K][number][] };

/** What the texts say of the machine itself, before one value is chosen. */
export interface Facts {
  meta?: ReadonlyMap<string, string>;
  hostname?: string;
  kernel?: string;
  arch?: string;
  os?: string;
  date?: string;
  cpus?: number;
  uptimeSeconds?: number;
  pageSize?: number;
  /** Lines of the collector's own list of what it could not read. */
  collectorMissed: string[];
}

const MAX_SKIPPED = 2000;
const MAX_UNREADABLE = 2000;
const MAX_QUOTE = 64 * 1024;

/** A snapshot in the making: values, and a ledger of what was read, passed over and failed. */
export class Draft {
  readonly single: Single = {};
  readonly lists: Lists = {
    otherTotals: [],
    numaMeminfo: [],
    hugepagePools: [],
    netCounters: [],
    socketTables: [],
    processTables: [],
    fdLinks: [],
    fdInfo: [],
    kernelMappings: [],
    bpfObjects: [],
    traceBuffers: [],
    tmpfs: [],
    nicSettings: [],
    sysctl: [],
    allocationSites: [],
  };
  readonly facts: Facts = { collectorMissed: [] };
  readonly smallFiles = new Map<string, { file: string; text: string }>();
  readonly files: ReadFile[] = [];
  readonly skipped: (SkippedLine & { file: string })[] = [];
  readonly unreadable: { file: string; error: string }[] = [];
  readonly texts = new Map<string, string>();
  pageSize = 4096;
  /** Moments before the last, of a source that is a table over time; oldest first. */
  earlier: readonly { readonly takenAt?: string; readonly meminfo: MeminfoSource }[] = [];

  /** Runs a parser; keeps the lines it passed over. Undefined, with the reason noted, when nothing was usable. */
  read<T>(file: TextFile, parse: (text: string) => Parsed<T>): Sourced<T> | undefined {
    try {
      const { value, skipped } = parse(file.text);
      for (const line of skipped.slice(0, MAX_SKIPPED - this.skipped.length)) {
        this.skipped.push({ ...line, file: file.name });
      }
      return { file: file.name, value };
    } catch (error) {
      // Parsers throw ParseError only; whatever else one may throw on hostile text must not cost the other files.
      this.cannotRead(file.name, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  cannotRead(file: string, error: string): void {
    if (this.unreadable.length < MAX_UNREADABLE) this.unreadable.push({ file, error });
  }

  /** Notes that the file was read, and keeps its text for evidence to quote. */
  noteRead(file: TextFile, format: string): void {
    this.files.push({ file: file.name, format, lines: countLines(file.text) });
    this.texts.set(file.name, file.wholeText ?? file.text);
  }

  /** Another file of a kind that is already there. */
  noteUnused(file: TextFile, format: string): void {
    this.files.push({ file: file.name, format, lines: countLines(file.text) });
  }

  /** Keeps the text of a file that could not be read, so that it can be looked at. */
  quote(file: TextFile): void {
    const text = file.wholeText ?? file.text;
    if (text.length <= MAX_QUOTE && !this.texts.has(file.name)) this.texts.set(file.name, text);
  }

  /** Forgets the ledger of files whose name does not pass. */
  keepFiles(isKept: (name: string) => boolean): void {
    const kept = this.files.filter(({ file }) => isKept(file));
    this.files.splice(0, this.files.length, ...kept);
    const skipped = this.skipped.filter(({ file }) => isKept(file));
    this.skipped.splice(0, this.skipped.length, ...skipped);
    const unreadable = this.unreadable.filter(({ file }) => isKept(file));
    this.unreadable.splice(0, this.unreadable.length, ...unreadable);
    for (const name of [...this.texts.keys()]) if (!isKept(name)) this.texts.delete(name);
  }

  /** A second look at the same machine: what does not change is shared, not read again. */
  fork(): Draft {
    const next = new Draft();
    Object.assign(next.single, this.single);
    for (const name of LIST_NAMES) copyList(this.lists, next.lists, name);
    Object.assign(next.facts, this.facts);
    for (const [name, small] of this.smallFiles) next.smallFiles.set(name, small);
    next.files.push(...this.files);
    next.skipped.push(...this.skipped);
    next.unreadable.push(...this.unreadable);
    for (const [name, text] of this.texts) next.texts.set(name, text);
    next.pageSize = this.pageSize;
    return next;
  }
}

const LIST_NAMES: readonly ListName[] = [
  "otherTotals",
  "numaMeminfo",
  "hugepagePools",
  "netCounters",
  "socketTables",
  "processTables",
  "fdLinks",
  "fdInfo",
  "kernelMappings",
  "bpfObjects",
  "traceBuffers",
  "tmpfs",
  "nicSettings",
  "sysctl",
  "allocationSites",
];

function copyList<K extends ListName>(from: Lists, to: Lists, name: K): void {
  to[name] = [...from[name]] as Lists[K];
}

function countLines(text: string): number {
  if (text === "") return 0;
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return text.endsWith("\n") ? lines : lines + 1;
}
