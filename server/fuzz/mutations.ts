import fc from "fast-check";

/** Values that break arithmetic, patterns and tables. */
const AWKWARD: readonly string[] = [
  "0",
  "-1",
  "18446744073709551615",
  "9".repeat(400),
  "1e309",
  "NaN",
  "1.5",
  "0x7f",
  "1,024",
  "  ",
  "\t",
  "\0",
  "\r",
  "\u00a0",
  "\u2028",
  "é中",
  "kB",
  "__proto__",
  "constructor",
  ":",
  "(((((((",
  '"',
  "[",
  "> > ",
  "```",
];

type Edit = { readonly at: number; readonly by: number; readonly how: number };

const edits = fc.array(fc.record({ at: fc.nat(), by: fc.nat(), how: fc.nat({ max: 7 }) }), {
  maxLength: 16,
});

/** Longest part of a seed that is tried at once, in lines. */
const WINDOW = 400;

/** One of the seeds, or a stretch of it, with a few edits: nearly what a tool prints, but not quite. */
export function mangledText(seeds: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.nat(), fc.nat(), fc.nat({ max: WINDOW }), edits)
    .map(([seed, from, length, changes]) => {
      const lines = stretch(seeds[seed % seeds.length] ?? "", from, length);
      for (const edit of changes) apply(lines, edit);
      return lines.join("\n");
    });
}

/** The head of a text tells what it is: most stretches begin with it. */
function stretch(text: string, from: number, length: number): string[] {
  const lines = text.split("\n");
  const start = from % 3 === 0 ? from % Math.max(1, lines.length) : 0;
  return lines.slice(start, start + Math.max(length, 12));
}

function apply(lines: string[], { at, by, how }: Edit): void {
  const index = at % Math.max(1, lines.length);
  const line = lines[index] ?? "";
  const other = lines[by % Math.max(1, lines.length)] ?? "";
  const awkward = AWKWARD[by % AWKWARD.length] ?? "";
  const place = by % (line.length + 1);
  const changed = [
    () => lines.splice(index, 1),
    () => lines.splice(index, 0, other),
    () => lines.splice(index, 1, line.slice(0, place)),
    () => lines.splice(index, 1, line.slice(0, place) + awkward + line.slice(place)),
    () => lines.splice(index, 1, replaceNumber(line, by, awkward)),
    () => lines.splice(index, 1, `${line} ${other}`),
    () => lines.splice(index, 1, line.repeat(1 + (by % 40)).slice(0, 100_000)),
    () => lines.splice(index, 1, awkward.repeat(1 + (by % 2_000))),
  ][how];
  changed?.();
}

function replaceNumber(line: string, which: number, by: string): string {
  const numbers = [...line.matchAll(/\d+/g)];
  const chosen = numbers[which % Math.max(1, numbers.length)];
  if (!chosen) return line + by;
  return line.slice(0, chosen.index) + by + line.slice(chosen.index + chosen[0].length);
}

/** Several tools' output, one below the other, with prose and prompts between: what people paste. */
export function pastedText(seeds: readonly string[]): fc.Arbitrary<string> {
  const between = fc.constantFrom("\n", "\n\n```\n", "\n$ cat /proc/x\n", "\r\n", "\nand then:\n");
  return fc
    .array(fc.tuple(mangledText(seeds), between), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map(([text, rest]) => text + rest).join(""));
}

/** Bytes of an archive with some changed, cut out, doubled, or the end missing. */
export function damagedBytes(seeds: readonly Buffer[]): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.nat(), edits, fc.double({ min: 0.05, max: 1.2, noNaN: true }))
    .map(([seed, changes, kept]) => {
      let bytes: Buffer = Buffer.from(seeds[seed % seeds.length] ?? []);
      for (const edit of changes) bytes = damage(bytes, edit);
      return bytes.subarray(0, Math.ceil(bytes.length * Math.min(1, kept)));
    });
}

/** Headers stand at the front of an archive and of each member: half of the edits go to the first KiB. */
function damage(bytes: Buffer, { at, by, how }: Edit): Buffer {
  const length = Math.max(1, bytes.length);
  const place = how % 2 === 0 ? at % Math.min(length, 1_024) : at % length;
  if (how < 4) {
    bytes[place] = by % 256;
    return bytes;
  }
  const size = 1 + (by % 512);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (how < 6) return Buffer.concat([before, after.subarray(size)]);
  return Buffer.concat([before, after.subarray(0, size), after]);
}
