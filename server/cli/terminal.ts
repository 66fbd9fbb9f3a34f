import type { Evidence } from "../core/report";

/** How a terminal shows text: colours only where it can show them and the user did not say no. */
export interface Terminal {
  readonly columns: number;
  readonly hasColor: boolean;
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof CODES;

export function paint(terminal: Terminal, style: Style, text: string): string {
  return terminal.hasColor ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

/** Names from a snapshot may hold escape sequences: control characters are shown as "·". */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "·");
}

export function padEnd(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}

/** Breaks text into lines of at most `width` characters, at blanks where there are any. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line];
}

/** Where a number was read: two blanks, file and line; empty without. */
export function place(evidence: Pick<Evidence, "file" | "line"> | undefined): string {
  if (!evidence) return "";
  const line = evidence.line === undefined ? "" : `:${evidence.line}`;
  return `  ${printable(evidence.file)}${line}`;
}
