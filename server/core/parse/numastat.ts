import { type Bytes, MIB } from "../units";
import type { NumaMeminfo } from "./numa-meminfo";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** What `numastat -m` says, by NUMA node, under the names of the nodes' own meminfo. */
export interface Numastat {
  readonly numaMeminfo: NumaMeminfo;
  /** Step of the printed sizes in bytes: 0.01 MB, or 1 MB with -c. */
  readonly roundedTo: Bytes;
}

const HEADING = /^(?:Node \d{1,4}\s*){1,200}(?:Total)?$|^Total$/;
const ROW = /^([A-Z][\w()]{1,40})((?:\s+\d{1,15}(?:\.\d\d)?){1,200})$/;
const OTHER = /^(?:Per-node |Token \w+ not in hash table|[- ]{3,}$)/;
const MAX_LINE = 10_000;
/** numastat prints huge pages as megabytes and not how large one is. */
const HUGE_PAGE = 2 * MIB;

interface Reading {
  readonly value: Map<number, Map<string, Measured>>;
  /** Columns of the block that is being read. */
  nodes: readonly (number | "total")[];
  hasDecimals: boolean;
}

/**
 * `numastat -m` and `-cm`: the per-node fields of /sys/devices/system/node/node<N>/meminfo, which it
 * prints in MB (MiB) with two decimals, or whole with -c. Sizes come out in bytes; HugePages_* as
 * counts of 2 MiB, the kernel's own unit there. Many nodes are printed in several blocks; the Total
 * column is a sum and is passed over. Throws ParseError without a node.
 *
 *                               Node 0          Node 1           Total
 *     MemTotal                32264.16        32701.87        64966.03
 *
 * Source: github.com/numactl/numactl, numastat.c (show_info_from_system_file).
 */
export function parseNumastat(text: string): Parsed<Numastat> {
  const reading: Reading = { value: new Map(), nodes: [], hasDecimals: false };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!readLine(reading, line)) noteSkipped(skipped, line);
  }
  const { value, hasDecimals } = reading;
  if (value.size === 0) throw nothingUsable("numastat -m", text);
  return { value: { numaMeminfo: value, roundedTo: hasDecimals ? MIB / 100 : MIB }, skipped };
}

function readLine(reading: Reading, { text, number }: TextLine): boolean {
  if (text.length > MAX_LINE) return false;
  if (HEADING.test(text)) {
    reading.nodes = readHeading(text);
    return true;
  }
  const [, name = "", cells = ""] = ROW.exec(text) ?? [];
  const sizes = cells.trim().split(/\s+/);
  if (name === "" || sizes.length !== reading.nodes.length) return OTHER.test(text);
  reading.hasDecimals ||= cells.includes(".");
  enter(reading, { name, sizes, line: number });
  return true;
}

function readHeading(text: string): readonly (number | "total")[] {
  return [...text.matchAll(/Node (\d+)|Total/g)].map(([, node]) =>
    node === undefined ? "total" : Number(node),
  );
}

function enter(
  { value, nodes }: Reading,
  row: { readonly name: string; readonly sizes: readonly string[]; readonly line: number },
): void {
  for (const [index, node] of nodes.entries()) {
    if (node === "total") continue;
    const fields = value.get(node) ?? new Map<string, Measured>();
    value.set(node, fields);
    const bytes = Math.round(Number(row.sizes[index]) * MIB);
    const isCount = row.name.startsWith("HugePages_");
    if (!fields.has(row.name)) {
      fields.set(row.name, {
        value: isCount ? Math.round(bytes / HUGE_PAGE) : bytes,
        line: row.line,
      });
    }
  }
}
