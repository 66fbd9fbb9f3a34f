import type { Readable, Writable } from "node:stream";
import { explainLeak } from "../core/trend/detect-leak";
import type { TrendSeries } from "../core/trend/trend";
import { linesOf } from "./lines";
import { printable } from "./terminal";

/** Longest line that is read: some 2 million samples. */
const MOST_LINE_BYTES = 64 << 20;
const COULD_NOT_READ = 2;

interface DetectStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
}

/**
 * `memledger detect`: one series per line of JSON in, one verdict per line out, as they come. A line that is no series
 * costs one line on `errors`, and the next is read.
 * @returns exit code: 0 every line was judged, 2 a line could not be read
 */
export async function detect(
  { input, output, errors }: DetectStreams,
  { isExplained }: { readonly isExplained: boolean },
): Promise<number> {
  let exitCode = 0;
  let number = 0;
  for await (const line of linesOf(input, MOST_LINE_BYTES)) {
    number++;
    if (line?.trim() === "") continue;
    try {
      await write(output, `${JSON.stringify(judge(readLine(line), isExplained))}\n`);
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      exitCode = COULD_NOT_READ;
      await write(errors, `memledger: line ${number}: ${error.message}\n`);
    }
  }
  return exitCode;
}

class LineError extends Error {}

interface Line extends TrendSeries {
  readonly id: string | number;
}

function readLine(text: string | undefined): Line {
  if (text === undefined) throw new LineError(`longer than ${MOST_LINE_BYTES >> 20} MiB`);
  const value = parse(text);
  const { id, t, v, capacity } = value;
  if (typeof id !== "string" && typeof id !== "number") throw new LineError("no id");
  if (!(Array.isArray(t) && Array.isArray(v))) throw new LineError("t and v must be arrays");
  if (t.length !== v.length) {
    throw new LineError(`t has ${t.length} values and v has ${v.length}`);
  }
  if (typeof capacity !== "number") throw new LineError("capacity must be a number");
  return { id, t, v, capacity };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch (error) {
    if (error instanceof SyntaxError) throw new LineError(`no JSON: ${printable(error.message)}`);
    throw error;
  }
  throw new LineError("no JSON object");
}

/** The names on the wire are those of the series' corpus: seconds, bytes per second, microseconds. */
function judge({ id, ...series }: Line, isExplained: boolean): Record<string, unknown> {
  const started = performance.now();
  const { trend, features } = explainLeak(series);
  const us = Math.round((performance.now() - started) * 1_000);
  const { verdict, score, slope, eta, etaLow, etaHigh, since } = trend;
  // An interval without an upper end is one that growth may never fill: null, which JSON has a word for.
  const interval = etaLow === undefined ? {} : { eta_lo: etaLow, eta_hi: etaHigh ?? null };
  const why = isExplained && features ? { features: Object.fromEntries(features) } : {};
  return { id, verdict, score, slope, eta, ...interval, since, us, ...why };
}

async function write(to: Writable, text: string): Promise<void> {
  if (!to.write(text)) await new Promise((resolve) => to.once("drain", resolve));
}
