import type { Evidence } from "./report";
import type { Snapshot } from "./snapshot";

const LONGEST_RAW = 1_000;
const linesOf = new WeakMap<Snapshot["texts"], Map<string, SplitText>>();

interface SplitText {
  readonly text: string;
  readonly lines: readonly string[];
}

// One file may hold the measurements of many moments: their snapshots share its text, and so its lines.
let lastSplit = new WeakRef<SplitText>(splitText(""));

/** The lines of one file of the snapshot, split once however many numbers point into it. */
function fileLines(texts: Snapshot["texts"], file: string): readonly string[] {
  const known = linesOf.get(texts) ?? new Map<string, SplitText>();
  linesOf.set(texts, known);
  const split = known.get(file) ?? splitOnce(texts.get(file) ?? "");
  known.set(file, split);
  return split.lines;
}

function splitOnce(text: string): SplitText {
  const last = lastSplit.deref();
  if (last?.text === text) return last;
  const split = splitText(text);
  lastSplit = new WeakRef(split);
  return split;
}

function splitText(text: string): SplitText {
  return { text, lines: text.split("\n") };
}

/** A raw line as it stands in the file, without trailing blanks; absent when the text is not at hand. */
function rawLine(snapshot: Snapshot, file: string, line: number): string | undefined {
  const raw = fileLines(snapshot.texts, file)[line - 1]?.trimEnd();
  if (!raw) return undefined;
  return raw.length > LONGEST_RAW ? `${raw.slice(0, LONGEST_RAW)}…` : raw;
}

/** Evidence that quotes a line: the number, what it is, and the line it stands in. */
export function quote(
  snapshot: Snapshot,
  at: { readonly file: string; readonly line: number },
  what: Pick<Evidence, "text" | "value" | "unit"> & { readonly formula?: string },
): Evidence {
  const raw = rawLine(snapshot, at.file, at.line);
  return { ...what, file: at.file, line: at.line, ...(raw === undefined ? {} : { raw }) };
}
