/** A line that a parser could not read, as it stood, with its 1-based number. */
export interface SkippedLine {
  readonly line: number;
  readonly text: string;
}

/** What a parser could read, and what it could not. */
export interface Parsed<T> {
  readonly value: T;
  readonly skipped: readonly SkippedLine[];
}

/** A number together with the 1-based line it was read from, so that evidence can point at it. */
export interface Measured {
  readonly value: number;
  readonly line: number;
}

/** The text holds nothing usable of the expected kind. The only error a parser may throw. */
export class ParseError extends Error {
  override readonly name = "ParseError";
}
