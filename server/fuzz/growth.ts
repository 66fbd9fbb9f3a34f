import { ParseError } from "../core/parse/parsed";
import type { TextParser } from "./parsers";

/** Lines on which a pattern with nested repeats, or a search that starts over, would not come back. */
const HOSTILE: readonly string[] = [
  "a".repeat(2_000),
  " ".repeat(2_000),
  "1 ".repeat(2_000),
  "a:1 ".repeat(1_000),
  "x=".repeat(1_000),
  "[ ".repeat(1_000),
  `${"> ".repeat(1_000)}:`,
  "Node 1, zone Normal 1 1 1 1",
  "1: (((((1)))))",
  "",
  'users:(("a",pid=1,fd=1),'.repeat(200),
];

interface GrowthText {
  readonly name: string;
  readonly make: (seeds: readonly string[]) => string;
}

/** What is repeated until the text is large. */
const GROWTH_TEXTS: readonly GrowthText[] = [
  { name: "its own lines", make: ([first = ""]) => `${first}\n` },
  { name: "its longest text", make: (seeds) => `${longest(seeds)}\n` },
  { name: "hostile lines", make: () => HOSTILE.join("\n") },
  { name: "its own lines, each cut", make: ([first = ""]) => halves(first) },
  { name: "one line without end", make: (seeds) => `${longest(seeds).replaceAll("\n", " ")} ` },
];

/** Ten times the text may cost this many times the CPU; quadratic work would cost a hundred times. */
const MOST_GROWTH = 40;
/** Below this the clock and the collector of garbage say more than the parser. */
const FLOOR_SECONDS = 0.01;

export interface Growth {
  /** Texts that were read. */
  readonly tried: number;
  /** Those on which the work grew faster than they did, with how much. */
  readonly faster: readonly string[];
}

/** Reads texts of `bytes` and of a tenth of that, and compares the CPU time the parser took. */
export function measureGrowth(
  parse: TextParser["parse"],
  seeds: readonly string[],
  bytes: number,
): Growth {
  const faster = GROWTH_TEXTS.flatMap(({ name, make }) => {
    const ratio = growthOf(parse, make(seeds), bytes);
    return ratio > MOST_GROWTH
      ? [`${name}: ten times the text costs ${ratio.toFixed(0)} times the work`]
      : [];
  });
  return { tried: GROWTH_TEXTS.length * 2, faster };
}

function growthOf(parse: TextParser["parse"], text: string, bytes: number): number {
  const small = cpuSeconds(() => parse(repeated(text, bytes / 10)));
  const large = cpuSeconds(() => parse(repeated(text, bytes)));
  return large / Math.max(small, FLOOR_SECONDS);
}

function repeated(text: string, bytes: number): string {
  return text.repeat(Math.ceil(bytes / Math.max(1, text.length))).slice(0, bytes);
}

function longest(seeds: readonly string[]): string {
  return seeds.reduce((most, seed) => (seed.length > most.length ? seed : most), "");
}

function halves(text: string): string {
  return text
    .split("\n")
    .map((line) => line.slice(0, line.length / 2))
    .join("\n");
}

function cpuSeconds(run: () => unknown): number {
  const before = process.cpuUsage();
  try {
    run();
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000_000;
}
