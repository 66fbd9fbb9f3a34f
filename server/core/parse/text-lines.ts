import { ParseError, type SkippedLine } from "./parsed";

/** One line of a capture: `text` is made clean for parsing, `raw` is as it stood. */
export interface TextLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  readonly raw: string;
}

/** A file with more unreadable lines than this is of another kind; more would only fill memory. */
const MAX_SKIPPED = 1000;
const MAX_QUOTE = 400;
const NO_BREAK = "\u00a0";
const QUOTE_OR_SPACE: ReadonlySet<string> = new Set([">", " ", "\t", NO_BREAK]);

/**
 * The lines of a capture that hold something, numbered as in the file.
 *
 * Pastes come with CRLF, non-breaking spaces, a byte order mark and mail quoting; `text` is
 * without them at both ends. Lines are cut at "\n" only, so numbers agree with an editor's.
 */
export function* textLines(capture: string): Generator<TextLine> {
  let start = 0;
  for (let number = 1; start <= capture.length; number += 1) {
    const newline = capture.indexOf("\n", start);
    const end = newline < 0 ? capture.length : newline;
    const raw = capture.slice(start, end);
    const text = withoutQuoting(raw);
    if (text) yield { number, text, raw };
    start = end + 1;
  }
}

/** Mail and forum quotes put "> " before each line, several times in a long thread. */
function withoutQuoting(raw: string): string {
  let start = 0;
  while (QUOTE_OR_SPACE.has(raw[start] ?? "")) start += 1;
  // Without a ">" the spaces are the kernel's own and trim() takes them as well.
  const text = raw.slice(start).trim();
  return text.includes(NO_BREAK) ? text.replaceAll(NO_BREAK, " ") : text;
}

/** Notes a line that could not be read; a very long one is cut. Only the first 1000 are kept. */
export function noteSkipped(skipped: SkippedLine[], line: TextLine): void {
  if (skipped.length >= MAX_SKIPPED) return;
  const quote = line.raw.replace(/\r$/, "");
  const text = quote.length > MAX_QUOTE ? `${quote.slice(0, MAX_QUOTE)}…` : quote;
  skipped.push({ line: line.number, text });
}

/** The error of a parser that found nothing: it quotes how the text begins, often a tool's error. */
export function nothingUsable(format: string, capture: string): ParseError {
  const first = textLines(capture).next();
  const beginning = first.done
    ? "the text is empty"
    : `it begins "${first.value.text.slice(0, 80)}"`;
  return new ParseError(`${format}: nothing readable; ${beginning}`);
}

// Twenty digits hold any 64-bit counter; longer runs of digits are no kernel's.
const COUNT = /^\d{1,20}$/;

/** A non-negative whole number as the kernel prints it; undefined for anything else. */
export function readCount(word: string | undefined): number | undefined {
  return word !== undefined && COUNT.test(word) ? Number(word) : undefined;
}

/** All words as whole numbers, or undefined if one of them is not. */
export function readCounts(words: readonly string[]): number[] | undefined {
  const counts: number[] = [];
  for (const word of words) {
    const count = readCount(word);
    if (count === undefined) return undefined;
    counts.push(count);
  }
  return counts;
}
