import type { SkippedLine } from "./parsed";
import { noteSkipped, type TextLine, textLines } from "./text-lines";

/** One sample of an exposition: a metric of one set of labels. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As printed; always finite. */
  readonly value: number;
  readonly line: number;
  /** Milliseconds since 1970, where the line has a time. */
  readonly atMs?: number;
}

const NAME = /^[a-zA-Z_:][\w:]{0,200}/;
const LABEL = /\s*([a-zA-Z_]\w{0,100})\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
// A value, and a time in milliseconds (text format) or seconds with a fraction (OpenMetrics).
const VALUE = /^\s*([+-]?[\w.+-]{1,40})(?:\s+(-?\d{1,20}(?:\.\d{1,9})?))?\s*(?:#.*)?$/;
/** Longer lines are no metric's. */
const MAX_LINE = 16_384;
/** Times below are seconds: 10^11 ms is 1973, 10^11 s is far ahead. */
const LARGEST_SECONDS = 1e11;

/**
 * Samples of a Prometheus text exposition or OpenMetrics text, comments left out. NaN and infinite
 * values are passed over: they are no measurement. A line that is no sample is noted.
 *
 *     node_memory_MemFree_bytes{instance="n1:9100"} 6.321795072e+09 1700000000000
 *
 * Source: prometheus.io/docs/instrumenting/exposition_formats; OpenMetrics 1.0.
 */
export function* samplesOf(text: string, skipped: SkippedLine[]): Generator<Sample> {
  for (const line of textLines(text)) {
    if (line.text.startsWith("#")) continue;
    const sample = readSample(line);
    if (sample === undefined) noteSkipped(skipped, line);
    else if (Number.isFinite(sample.value)) yield sample;
  }
}

function readSample(line: TextLine): Sample | undefined {
  const { text } = line;
  const name = text.length > MAX_LINE ? undefined : NAME.exec(text)?.[0];
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  const end = text[name.length] === "{" ? readLabels(text, name.length + 1, labels) : name.length;
  const [, word = "", time] = (end === undefined ? null : VALUE.exec(text.slice(end))) ?? [];
  const value = readValue(word);
  if (value === undefined) return undefined;
  return { name, labels, value, line: line.number, ...(time && { atMs: toMilliseconds(time) }) };
}

/** Where the labels end, behind the brace; undefined when they do not. */
function readLabels(text: string, from: number, labels: Map<string, string>): number | undefined {
  LABEL.lastIndex = from;
  let end = from;
  for (let match = LABEL.exec(text); match; match = LABEL.exec(text)) {
    labels.set(match[1] ?? "", (match[2] ?? "").replace(/\\(.)/g, unescaped));
    end = LABEL.lastIndex;
  }
  while (text[end] === " ") end += 1;
  return text[end] === "}" ? end + 1 : undefined;
}

function unescaped(_whole: string, char: string): string {
  return char === "n" ? "\n" : char;
}

function readValue(word: string): number | undefined {
  if (/^[+-]?(?:NaN|Inf)$/i.test(word)) return Number.NaN;
  return /^[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:[eE][+-]?\d{1,3})?$/.test(word)
    ? Number(word)
    : undefined;
}

function toMilliseconds(time: string): number {
  const value = Number(time);
  return time.includes(".") || Math.abs(value) < LARGEST_SECONDS ? value * 1000 : value;
}
