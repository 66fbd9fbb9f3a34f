import fc from "fast-check";
import { ParseError } from "../core/parse/parsed";
import type { TextParser } from "./parsers";

/** What a terminal, a pager or a broken copy leaves between lines; no parser's own, and no number in it. */
const BAD_LINES: readonly string[] = [
  "?!",
  "--More--",
  "~~~~~~~~",
  "\0\0\0\0",
  "\ufffd\ufffd\ufffd",
  "^C",
  "Permission denied",
  "(((((((",
];
const WINDOW = 120;
/** A document that a line between breaks as a whole. */
const IS_JSON = /^\s*(?:\{|\[\s*[{\]])/;

type Bad = { readonly at: number; readonly which: number };

/** A text that the parser reads, and the same with lines between that mean nothing. */
export function textAndSpoilt(seeds: readonly string[]): fc.Arbitrary<readonly [string, string]> {
  const bad = fc.array(fc.record({ at: fc.nat(), which: fc.nat() }), {
    minLength: 1,
    maxLength: 8,
  });
  const byLines = seeds.filter((seed) => !IS_JSON.test(seed));
  return fc.tuple(fc.nat(), bad).map(([seed, between]) => {
    const lines = (byLines[seed % Math.max(1, byLines.length)] ?? "").split("\n").slice(0, WINDOW);
    return [lines.join("\n"), spoil(lines, between)];
  });
}

function spoil(lines: readonly string[], between: readonly Bad[]): string {
  const spoilt = [...lines];
  for (const { at, which } of between) {
    spoilt.splice(at % (spoilt.length + 1), 0, BAD_LINES[which % BAD_LINES.length] ?? "");
  }
  return spoilt.join("\n");
}

/** What stood in the good text and is not there any more, or differs, in the spoilt one. Empty: nothing. */
export function lostLines(
  parse: TextParser["parse"],
  [good, spoilt]: readonly [string, string],
): readonly string[] {
  if (!isRead(parse, good)) return [];
  return missing(readValue(parse(good)), readValue(parse(spoilt)), "value");
}

/** The first lines of a text need not be enough for the parser. */
function isRead(parse: TextParser["parse"], text: string): boolean {
  try {
    parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return false;
  }
}

function readValue(parsed: unknown): unknown {
  const isParsed = typeof parsed === "object" && parsed !== null && "value" in parsed;
  return withoutLines(isParsed ? parsed.value : parsed);
}

/** Line numbers move when lines are put between; everything else stays. */
function withoutLines(value: unknown): unknown {
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key, withoutLines(item)]));
  }
  if (Array.isArray(value)) return value.map(withoutLines);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) =>
      /line/i.test(key) ? [] : [[key, withoutLines(item)]],
    ),
  );
}

function missing(good: unknown, spoilt: unknown, path: string): readonly string[] {
  if (good instanceof Map && spoilt instanceof Map) {
    return [...good].flatMap(([key, item]) => missing(item, spoilt.get(key), `${path}.${key}`));
  }
  if (Array.isArray(good) && Array.isArray(spoilt)) return missingItems(good, spoilt, path);
  if (isRecord(good) && isRecord(spoilt)) {
    return Object.entries(good).flatMap(([key, item]) =>
      missing(item, spoilt[key], `${path}.${key}`),
    );
  }
  return Object.is(good, spoilt) ? [] : [`${path} was ${print(good)} and is ${print(spoilt)}`];
}

/** Rows may be added between; none may go. */
function missingItems(good: readonly unknown[], spoilt: readonly unknown[], path: string) {
  const left = new Set(spoilt.map((item) => print(item)));
  return good.flatMap((item, index) =>
    left.has(print(item)) ? [] : [`${path}[${index}] is gone: ${print(item)}`],
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map)
  );
}

function print(value: unknown): string {
  return (
    JSON.stringify(value, (_key, item) => (item instanceof Map ? [...item] : item)) ?? "nothing"
  );
}
