import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readInputFile } from "../ingest/read-input";

export interface SeedText {
  readonly name: string;
  readonly text: string;
}

/** A text as a tool printed it, or an archive as a collector packed it. */
export interface Seeds {
  readonly texts: readonly SeedText[];
  readonly archives: readonly { readonly name: string; readonly bytes: Buffer }[];
}

const CAPTURES = ["samples", "../fixtures", "../../../shared/corpus/open"];
const PARSE = "../core/parse";
const ARCHIVE = /\.(?:tar|tgz|txz|tbz|zip|gz|xz|bz2|zst)$/;
/** Larger ones make every try slow and teach nothing new. */
const LONGEST_TEXT = 512 * 1024;
const LONGEST_ARCHIVE = 2 * 1024 * 1024;

/**
 * What is worth damaging: our own captures (also the members of their archives), the texts written out in the
 * parsers' tests, and the public captures where they stand beside the checkout. A new format brings its seed with
 * its test: a capture in `server/fixtures`, or lines in a template or an array of strings. Where a test makes its text
 * up of pieces, one more goes into `server/fuzz/samples`.
 */
export async function readSeeds(): Promise<Seeds> {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const files = CAPTURES.flatMap((folder) => filesBelow(join(here, folder)));
  const archives = files.filter(({ path, size }) => ARCHIVE.test(path) && size < LONGEST_ARCHIVE);
  const texts = files.filter(({ path, size }) => !ARCHIVE.test(path) && size < LONGEST_TEXT);
  const members = await Promise.all(archives.map(({ path }) => membersOf(path)));
  const tests = filesBelow(join(here, PARSE)).filter(({ path }) => path.endsWith(".test.ts"));
  const all = [
    ...tests.flatMap(({ path }) => textsInTest(path)),
    ...texts.map(({ path }) => ({ name: basename(path), text: readFileSync(path, "utf8") })),
    ...members.flat(),
  ];
  return {
    texts: [...new Map(all.map((seed) => [seed.text, seed])).values()],
    archives: archives.map(({ path }) => ({ name: basename(path), bytes: readFileSync(path) })),
  };
}

function filesBelow(folder: string): readonly { readonly path: string; readonly size: number }[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => !/(?:\.md|expected\.json)$/.test(name))
      .sort()
      .map((name) => ({ path: join(folder, name), info: statSync(join(folder, name)) }))
      .filter(({ info }) => info.isFile())
      .map(({ path, info }) => ({ path, size: info.size }));
  } catch {
    return [];
  }
}

async function membersOf(archive: string): Promise<readonly SeedText[]> {
  const { snapshots } = await readInputFile(archive).catch(() => ({ snapshots: [] }));
  return snapshots.flatMap(({ texts }) =>
    [...texts]
      .filter(([, text]) => text.length > 0 && text.length < LONGEST_TEXT)
      .map(([name, text]) => ({ name: basename(name), text })),
  );
}

const TEMPLATE = /`((?:[^`\\]|\\.){1,20000})`/g;
const STRINGS =
  /(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(?:,?\s+(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))*/g;

/** Templates, and strings that follow each other as the lines of an array do. */
function textsInTest(path: string): readonly SeedText[] {
  const source = readFileSync(path, "utf8");
  const templates = [...source.matchAll(TEMPLATE)].map(([, text = ""]) =>
    unescaped(text.replaceAll(/\$\{[^}]*\}/g, "16")),
  );
  const arrays = [...source.matchAll(STRINGS)].map(([run]) =>
    [...run.matchAll(/"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'/g)]
      .map(([, double = "", single = ""]) => unescaped(double || single))
      .join("\n"),
  );
  return [...templates, ...arrays]
    .filter((text) => /[\n:=]|\d/.test(text))
    .map((text) => ({ name: basename(path), text }));
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function unescaped(literal: string): string {
  return literal.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);
}
