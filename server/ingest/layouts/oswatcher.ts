import { readDateText } from "../../core/parse/date-text";
import type { RawText } from "../intake";
import { spread } from "./moments";

/** One output of a series, at one moment. */
export interface SeriesPart {
  /** The series' folder and the moment, ending in "/". */
  readonly root: string;
  readonly raw: RawText;
  /** The series with the moments between left empty, so that line numbers stay. */
  readonly wholeText: string;
  /** Line of the moment, then its output; everything before left empty. */
  readonly text: string;
  readonly hostname?: string;
}

const MARK = /^zzz \*{3}.{0,80}$/gm;
const HEAD = /^zzz \*{3}/m;
/** The collector's tools run one after the other; their marks are seconds apart. */
const WINDOW_SECONDS = 300;
const MAX_MOMENTS = 24;
const FILE =
  /([^/]{1,200}?)_(?:meminfo|slabinfo|ps|vmstat|top|netstat)_\d\d\.\d\d\.\d\d\.\d{4}\.dat(?:\.gz)?$/;

/** A file of OSWatcher: outputs of one tool, each below a line "zzz ***Tue Nov 24 10:00:00 UTC 2026". */
export function isOswatcher(name: string, head: () => string): boolean {
  return FILE.test(name) && HEAD.test(head());
}

interface Block {
  readonly file: number;
  /** Number of the window of five minutes since 1970. */
  readonly window: number;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/**
 * The files of an OSWatcher archive (oswmeminfo/, oswslabinfo/, oswps/ …) as moments: what stood at the end of
 * five minutes is put together over all tools. Of many moments so many are kept as a trend needs, evenly
 * spaced, the first and the last among them.
 */
export function seriesParts(files: readonly RawText[]): readonly SeriesPart[] {
  const blocks = files.flatMap(({ text }, file) => lastOfWindows(findBlocks(text, file)));
  const windows = [...new Set(blocks.map(({ window }) => window))].sort((a, b) => a - b);
  const kept = new Set(spread(windows, MAX_MOMENTS));
  const chosen = blocks.filter(({ window }) => kept.has(window));
  return files.flatMap((raw, file) => {
    const own = chosen.filter((block) => block.file === file);
    const wholeText = onlyBlocks(raw.text, own);
    const hostname = FILE.exec(raw.name)?.[1];
    return own.map(({ window, start, end, line }) => ({
      root: `${archiveOf(raw.name)}#${window}/`,
      raw,
      wholeText,
      text: "\n".repeat(line) + raw.text.slice(start, end),
      ...(hostname === undefined ? {} : { hostname }),
    }));
  });
}

function findBlocks(text: string, file: number): readonly Block[] {
  const marks = [...text.matchAll(MARK)];
  let line = 0;
  let counted = 0;
  return marks.flatMap((mark, at) => {
    line += countNewlines(text, counted, mark.index);
    counted = mark.index;
    const date = readDateText(mark[0]);
    if (!date) return [];
    const window = Math.floor(Date.parse(date.iso) / 1000 / WINDOW_SECONDS);
    const end = marks[at + 1]?.index ?? text.length;
    return [{ file, window, start: mark.index, end, line }];
  });
}

function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
    count += 1;
  }
  return count;
}

function lastOfWindows(blocks: readonly Block[]): readonly Block[] {
  return [...new Map(blocks.map((block) => [block.window, block])).values()];
}

/** The text with everything but the blocks made empty lines. */
function onlyBlocks(text: string, blocks: readonly Block[]): string {
  let line = 0;
  const parts = blocks.map(({ start, end, line: first }) => {
    const block = text.slice(start, end);
    const gap = "\n".repeat(first - line);
    line = first + countNewlines(block, 0, block.length);
    return gap + block;
  });
  return parts.join("");
}

/** "archive/oswmeminfo/node_meminfo_….dat" → "archive/", whatever the tool's folder. */
function archiveOf(name: string): string {
  return name.replace(/(?:osw[a-z]+\/)?[^/]*$/, "");
}
