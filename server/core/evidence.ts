import type { Evidence } from "./report";
import type { Snapshot } from "./snapshot";

const LONGEST_RAW = 1_000;
const linesOf = new WeakMap<Snapshot["texts"], Map<string, readonly string[]>>();

/** The lines of one file of the snapshot, split once however many numbers point into it. */
function fileLines(texts: Snapshot["texts"], file: string): readonly string[] {
  const known = linesOf.get(texts) ?? new Map<string, readonly string[]>();
  linesOf.set(texts, known);
  const lines = known.get(file) ?? (texts.get(file) ?? "").split("\n");
  known.set(file, lines);
  return lines;
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
