import { type Bytes, MIB } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** What nvidia-smi shows: memory of the cards, which is not the host's, and who uses it. Bytes. */
export interface NvidiaGpus {
  readonly gpus: readonly { readonly line: number; readonly used: Bytes; readonly total: Bytes }[];
  readonly processes: readonly {
    readonly line: number;
    readonly pid: number;
    readonly name: string;
    /** Absent where the driver says N/A. */
    readonly used?: Bytes;
  }[];
}

type Gpu = NvidiaGpus["gpus"][number];
type GpuProcess = NvidiaGpus["processes"][number];
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const TABLE_GPU = /\|\s{0,20}(\d{1,9})MiB \/ {1,8}(\d{1,9})MiB \|/;
const TABLE_PROCESS =
  /^\|\s{1,9}\d{1,3}\s{1,9}(?:\S{1,5}\s{1,9}\S{1,5}\s{1,20})?(\d{1,10})\s{1,9}[CGM+]{1,5}\s{1,9}(\S.{0,200}?)\s{1,80}(?:(\d{1,9})MiB|N\/A) \|$/;
const CSV_PROCESS = /^(\d{1,10}), ?((?!\s|\d{1,9} MiB).{1,400}), ?(?:(\d{1,9}) MiB|\[?N\/A\]?)$/;
const CSV_GPU = /(?:^|, ?)(\d{1,9}) MiB, ?(\d{1,9}) MiB(?:$|, ?)/;
const CSV_HEADING = /^(?:[\w.]+(?: \[\w+\])?)(?:, ?[a-z][\w.]+(?: \[[\w %]+\])?){1,30}$/;
const QUERY = /^([A-Z][A-Za-z0-9 ]{1,40}?)\s*:\s*(.{1,400})$/;
/** The sections that matter and those that repeat their words. */
const QUERY_HEAD = /^((?:[A-Z][A-Za-z0-9 ]{1,40} )?(?:Memory Usage|Utilization)|Processes)$/;
const MEBIBYTES = /^(\d{1,9}) MiB$/;
const RULE = /^[+|=-]/;

/**
 * `nvidia-smi`: its table, `-q`, or `--query-compute-apps=pid,process_name,used_memory --format=csv`
 * (and `--query-gpu=…,memory.used,memory.total`).
 *
 *     |   0  N/A  N/A   1234   C   python   1231MiB |
 *     1234, python, 1231 MiB
 *
 * Throws ParseError if neither a card nor a process can be read.
 *
 * Source: nvidia-smi(1).
 */
export function parseNvidiaSmi(text: string): Parsed<NvidiaGpus> {
  const gpus: Gpu[] = [];
  const processes: GpuProcess[] = [];
  const skipped: SkippedLine[] = [];
  const query = new QueryReader(gpus, processes);
  // The order of columns is the caller's: used before total only if the heading says so.
  let isTotalFirst = false;
  for (const line of textLines(text)) {
    if (line.text.length > 2000) {
      noteSkipped(skipped, line);
      continue;
    }
    const isHeading = CSV_HEADING.test(line.text);
    if (isHeading && /memory\./.test(line.text)) isTotalFirst = isTotalBeforeUsed(line.text);
    const isRead =
      isHeading || readRow(line, { gpus, processes, isTotalFirst }) || query.read(line);
    if (!isRead && !RULE.test(line.text)) noteSkipped(skipped, line);
  }
  if (gpus.length === 0 && processes.length === 0) throw nothingUsable("nvidia-smi", text);
  return { value: { gpus, processes }, skipped };
}

function isTotalBeforeUsed(heading: string): boolean {
  const total = heading.indexOf("memory.total");
  return total >= 0 && total < heading.indexOf("memory.used");
}

function readRow(
  line: TextLine,
  into: { gpus: Gpu[]; processes: GpuProcess[]; isTotalFirst: boolean },
): boolean {
  const process = TABLE_PROCESS.exec(line.text) ?? CSV_PROCESS.exec(line.text);
  if (process) {
    const [, pid, name = "", used] = process;
    const size = used === undefined ? {} : { used: Number(used) * MIB };
    into.processes.push({ line: line.number, pid: Number(pid), name: name.trim(), ...size });
    return true;
  }
  const table = TABLE_GPU.exec(line.text);
  const [, first, second] = table ?? CSV_GPU.exec(line.text) ?? [];
  if (first === undefined || second === undefined) return false;
  const [a, b] = [Number(first) * MIB, Number(second) * MIB];
  const isSwapped = into.isTotalFirst && !table;
  into.gpus.push({ line: line.number, used: isSwapped ? b : a, total: isSwapped ? a : b });
  return true;
}

/** The indented "Name : value" lines of -q: FB Memory Usage of each card, then its processes. */
class QueryReader {
  private section = "";
  private total: Bytes | undefined;
  private process: Mutable<GpuProcess> | undefined;

  private readonly gpus: Gpu[];
  private readonly processes: GpuProcess[];

  constructor(gpus: Gpu[], processes: GpuProcess[]) {
    this.gpus = gpus;
    this.processes = processes;
  }

  read(line: TextLine): boolean {
    const head = QUERY_HEAD.exec(line.text)?.[1];
    if (head !== undefined) {
      this.section = head;
      return true;
    }
    const [, name = "", value = ""] = QUERY.exec(line.text) ?? [];
    if (!name) return false;
    if (this.section === "FB Memory Usage") this.card(name, value, line.number);
    else this.user(name, value, line.number);
    return true;
  }

  private card(name: string, value: string, line: number): void {
    const mebibytes = MEBIBYTES.exec(value)?.[1];
    if (mebibytes === undefined) return;
    if (name === "Total") this.total = Number(mebibytes) * MIB;
    if (name !== "Used" || this.total === undefined) return;
    this.gpus.push({ line, used: Number(mebibytes) * MIB, total: this.total });
    this.total = undefined;
  }

  private user(name: string, value: string, line: number): void {
    if (/^Process ID$/.test(name) && /^\d{1,10}$/.test(value)) {
      this.process = { line, pid: Number(value), name: "" };
      this.processes.push(this.process);
    } else if (this.process && name === "Name") this.process.name = value;
    else if (this.process && name === "Used GPU Memory") {
      const used = MEBIBYTES.exec(value)?.[1];
      if (used !== undefined) this.process.used = Number(used) * MIB;
    }
  }
}
