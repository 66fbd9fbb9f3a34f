import { type Bytes, KIB } from "../units";
import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** What one client of a graphics driver holds, by region ("vram0", "gtt", "system0" …). */
export interface DrmClient {
  /** The process, where a path stood before the lines. */
  readonly pid?: number;
  readonly line: number;
  readonly driver: string;
  /** Region → bytes that lie there now (drm-resident-, or the older drm-memory-). */
  readonly resident: ReadonlyMap<string, Measured>;
  /** Region → bytes of all its buffers, resident or not. */
  readonly total: ReadonlyMap<string, Measured>;
}

interface Open {
  readonly pid: number | undefined;
  readonly line: number;
  driver: string | undefined;
  client: string;
  readonly resident: Map<string, Measured>;
  readonly total: Map<string, Measured>;
}

const PATH = /^\/proc\/(\d{1,10})\/fdinfo\/(\d{1,10})(?::\s*|$)/;
const FIELD = /^([a-z][\w-]{1,48}):\s*(\S{0,64})(?:\s+([A-Za-z%]{1,8}))?$/;
const MEMORY = /^drm-(memory|resident|total)-([\w-]{1,32})$/;
const SCALE: ReadonlyMap<string, Bytes> = new Map([
  ["KiB", KIB],
  ["kB", KIB],
  ["MiB", KIB * KIB],
]);
const MAX_CLIENTS = 10_000;

/**
 * `/proc/<pid>/fdinfo/<fd>` of open render nodes, one or many (each line, or the block, with its path).
 * A client open under several descriptors counts once.
 *
 *     /proc/2011/fdinfo/12:drm-driver:	amdgpu
 *     /proc/2011/fdinfo/12:drm-client-id:	8
 *     /proc/2011/fdinfo/12:drm-memory-gtt:	2048 KiB
 *
 * Sizes in bytes. Throws ParseError if no block names a drm-driver.
 *
 * Source: Documentation/gpu/drm-usage-stats.rst; drivers/gpu/drm/drm_file.c (drm_show_fdinfo).
 */
export function parseDrmFdinfo(text: string): Parsed<readonly DrmClient[]> {
  const reading: Reading = { blocks: [], path: "" };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!readLine(line, reading)) noteSkipped(skipped, line);
  }
  const value = distinct(reading.blocks);
  if (value.length === 0) throw nothingUsable("drm fdinfo", text);
  return { value, skipped };
}

interface Reading {
  readonly blocks: Open[];
  /** What stood before the last line that named a descriptor. */
  path: string;
}

function readLine({ text, number }: TextLine, reading: Reading): boolean {
  const { blocks } = reading;
  const before = PATH.exec(text);
  const rest = text.slice(before?.[0].length ?? 0).trim();
  const [, name, word = "", unit] = FIELD.exec(rest) ?? [];
  // A block begins with another path, or in a bare paste with its first line.
  const isNext = before ? before[0] !== reading.path : isFirstLine(name, blocks.at(-1));
  if (isNext || blocks.length === 0) addBlock(blocks, before?.[1], number);
  reading.path = before?.[0] ?? reading.path;
  const block = blocks.at(-1);
  if (name && block) setField(block, name, { word, unit, line: number });
  return name !== undefined || rest === "";
}

function isFirstLine(name: string | undefined, last: Open | undefined): boolean {
  return name === "pos" && last?.driver !== undefined;
}

function addBlock(blocks: Open[], pid: string | undefined, line: number): void {
  if (blocks.length < MAX_CLIENTS) blocks.push(open(pid, line));
}

function open(pid: string | undefined, line: number): Open {
  const owner = pid === undefined ? undefined : Number(pid);
  return {
    ...{ pid: owner, line, driver: undefined, client: "" },
    ...{ resident: new Map(), total: new Map() },
  };
}

function setField(
  block: Open,
  name: string,
  { word, unit, line }: { word: string; unit: string | undefined; line: number },
): void {
  if (name === "drm-driver") block.driver = word;
  if (name === "drm-client-id" || name === "drm-pdev") block.client += `${name}=${word};`;
  const [, kind, region] = MEMORY.exec(name) ?? [];
  if (!region || !/^\d{1,18}$/.test(word)) return;
  const measured = { value: Number(word) * (SCALE.get(unit ?? "") ?? 1), line };
  if (kind === "total") block.total.set(region, measured);
  else if (kind === "resident" || !block.resident.has(region)) block.resident.set(region, measured);
}

function distinct(blocks: readonly Open[]): readonly DrmClient[] {
  const seen = new Set<string>();
  return blocks.flatMap(({ driver, client, pid, ...rest }, index) => {
    const key = client ? `${driver} ${client}` : `${index}`;
    if (driver === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ driver, ...(pid !== undefined && { pid }), ...rest }];
  });
}
