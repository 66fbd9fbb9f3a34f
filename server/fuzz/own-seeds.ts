import { ParseError } from "../core/parse/parsed";
import { findParsers, type TextParser } from "./parsers";
import type { SeedText } from "./seeds";

/** A parser with the texts that are its own, best first. */
export interface SeededParser extends TextParser {
  readonly seeds: readonly string[];
}

/** A parser that reads this much of a text without passing a line over takes it for its own. */
const OWN_SHARE = 0.8;
/** Enough of a text to see whose it is. */
const HEAD = 8 * 1024;
const MOST = 60;

/** Every parser with the texts that it reads: those of its own test first, then what it reads best. */
export async function seedParsers(seeds: readonly SeedText[]): Promise<readonly SeededParser[]> {
  const parsers = await findParsers();
  return parsers.map((parser) => ({ ...parser, seeds: ownSeeds(parser, seeds) }));
}

function ownSeeds(parser: TextParser, seeds: readonly SeedText[]): readonly string[] {
  const read = seeds
    .map(({ name, text }) => ({
      text,
      isOwn: name === `${parser.file}.test.ts`,
      share: shareRead(parser.parse, text.slice(0, HEAD)),
    }))
    .filter(({ share }) => share >= OWN_SHARE);
  const rank = (seed: (typeof read)[number]): number => Number(seed.isOwn) + seed.share;
  return read
    .sort((a, b) => rank(b) - rank(a) || b.text.length - a.text.length)
    .slice(0, MOST)
    .map(({ text }) => text);
}

/** Lines that were not passed over, of those that hold something; 0 where the parser refuses the text. */
function shareRead(parse: TextParser["parse"], text: string): number {
  try {
    const lines = text.split("\n").filter((line) => line.trim() !== "").length;
    return lines === 0 ? 0 : (lines - countSkipped(parse(text))) / lines;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return 0;
  }
}

function countSkipped(parsed: unknown): number {
  const isParsed = typeof parsed === "object" && parsed !== null && "skipped" in parsed;
  return isParsed && Array.isArray(parsed.skipped) ? parsed.skipped.length : 0;
}
