import fc from "fast-check";
import { expect } from "vitest";
import { type Parsed, ParseError } from "./parsed";

/** Text that is no capture: any characters, and pieces that look like kernel files but are not. */
const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.stringMatching(/^[ -~]{0,80}$/),
      fc.constantFrom(
        "\r",
        "\0\0\0",
        "__proto__: 1 kB",
        "constructor 5",
        "Node 99999, zone Normal",
        "cat: /proc/x: Permission denied",
        `${"9".repeat(400)}`,
        "a:b:c : tunables : slabdata",
        "- - - - - - -",
        "NaN -1 1e9 0x10 ∞",
      ),
    ),
    { maxLength: 30 },
  )
  .map((lines) => lines.join("\n"));

/** Lines that no parser may take for its own: letters and punctuation, never a digit. */
const garbageLine: fc.Arbitrary<string> = fc.stringMatching(/^[a-z?!,;.@ \t]{0,60}$/);

/** One good block between any number of garbage lines before and after it. */
function amidGarbage(good: string): fc.Arbitrary<string> {
  const garbage = fc.array(garbageLine, { maxLength: 8 });
  return fc
    .tuple(garbage, garbage)
    .map(([before, after]) => [...before, good, ...after].join("\n"));
}

/** The good text with pieces cut out, doubled or replaced at random: almost, but not quite, a capture. */
function mangled(good: string): fc.Arbitrary<string> {
  const edit = fc.record({
    at: fc.nat(good.length),
    removed: fc.nat(6),
    added: fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom("\n", "-", "99999999999999999999"),
    ),
  });
  return fc
    .array(edit, { maxLength: 12 })
    .map((edits) =>
      edits.reduce(
        (text, { at, removed, added }) => text.slice(0, at) + added + text.slice(at + removed),
        good,
      ),
    );
}

/**
 * Whatever the text is, the parser returns or throws ParseError; numbers it returns are finite.
 * With a good text, damaged copies of it are tried as well.
 */
export function expectOnlyParseErrors(parse: (text: string) => Parsed<unknown>, good = ""): void {
  fc.assert(
    fc.property(fc.oneof(hostileText, mangled(good)), (text) => {
      try {
        expectFinite(parse(text).value);
      } catch (error) {
        expect(error).toBeInstanceOf(ParseError);
      }
    }),
    { numRuns: 300 },
  );
}

/** `good` is read in the same way alone and between garbage lines. */
export function expectNeverLost<T>(options: {
  readonly parse: (text: string) => Parsed<T>;
  readonly good: string;
  readonly pick: (value: T) => unknown;
}): void {
  const { parse, good, pick } = options;
  const alone = pick(parse(good).value);
  expect(alone).toBeDefined();
  fc.assert(
    fc.property(amidGarbage(good), (text) => {
      expect(pick(parse(text).value)).toEqual(alone);
    }),
  );
}

/** Shapes of one 10 MB line on which a regular expression with nested repeats would not come back. */
const HUGE_LINES = ["a", " ", "1", "1 ", ": ", "a:1 ", "x=", "> ", "[", "\t0 kB:"];

/**
 * Lines of 10 MB are refused or read, and the good block after them is not lost. The caller gives
 * the test a generous time limit: quadratic work on such a line would take hours.
 */
export function expectLinear<T>(options: {
  readonly parse: (text: string) => Parsed<T>;
  readonly good: string;
  readonly pick: (value: T) => unknown;
}): void {
  const { parse, good, pick } = options;
  const alone = pick(parse(good).value);
  for (const piece of HUGE_LINES) {
    const line = piece.repeat(Math.ceil(10_000_000 / piece.length));
    expect(pick(parse(`${line}\n${good}`).value)).toEqual(alone);
  }
}

function expectFinite(value: unknown): void {
  if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
  if (value instanceof Map) for (const item of value.values()) expectFinite(item);
  else if (Array.isArray(value)) for (const item of value) expectFinite(item);
  else if (typeof value === "object" && value !== null) expectFinite(Object.values(value));
}
