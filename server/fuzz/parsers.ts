import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface TextParser {
  /** As it is exported. */
  readonly name: string;
  /** The file it stands in, without ".ts". */
  readonly file: string;
  /** Throws ParseError or returns what it read. */
  readonly parse: (text: string) => unknown;
}

type Exported = (text: string, second?: unknown) => unknown;

const FOLDER = fileURLToPath(new URL("../core/parse/", import.meta.url));
const PAGE = 4_096;
/** What parsers get besides the text, where it is neither optional nor the page size. */
const SECOND: Readonly<Record<string, unknown>> = { parseProcNetInet: "tcp" };

/** Every `parseX` that a file of `core/parse` exports: a new format is among them by itself. */
export async function findParsers(): Promise<readonly TextParser[]> {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".ts") && !name.includes(".test"))
    .sort();
  return (await Promise.all(files.map(parsersIn))).flat();
}

async function parsersIn(file: string): Promise<readonly TextParser[]> {
  const module: Readonly<Record<string, unknown>> = await import(/* @vite-ignore */ FOLDER + file);
  return Object.entries(module).flatMap(([name, value]) =>
    /^parse[A-Z]/.test(name) && isParser(value)
      ? [{ name, file: file.replace(/\.ts$/, ""), parse: bind(name, value) }]
      : [],
  );
}

function isParser(value: unknown): value is Exported {
  return typeof value === "function";
}

function bind(name: string, parse: Exported): TextParser["parse"] {
  const second = /^[^)]*\bpageSize\b/.test(String(parse)) ? PAGE : SECOND[name];
  return (text) => parse(text, second);
}
