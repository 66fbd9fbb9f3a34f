import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DamagedStream } from "./damaged-stream";
import type { Compression } from "./magic";

type Tool = Exclude<Compression, "gzip">;

/**
 * The memory bounds keep a hostile header from asking for gigabytes of dictionary. Two threads, since
 * reports are packed in blocks that xz 5.4 unpacks side by side (2.3 → 1.3 s for 51 MiB); older ones use one.
 */
const COMMANDS: Readonly<Record<Tool, readonly string[]>> = {
  xz: ["xz", "-dcq", "-T2", "--memlimit-decompress=512MiB"],
  zstd: ["zstd", "-dcq", "--memory=512MB"],
  bzip2: ["bzip2", "-dcq"],
};

/**
 * Unpacks with the system's tool as a child; undefined when the tool is not installed.
 * The child dies with the reading: at a limit, on cancel, and when the caller stops early.
 */
export async function systemDecompress(
  by: Tool,
  source: AsyncIterable<Buffer>,
): Promise<AsyncIterable<Buffer> | undefined> {
  if (!(await understandsOptions(by))) return undefined;
  const [command = by, ...options] = COMMANDS[by];
  // Only PATH: XZ_OPT, ZSTD_CLEVEL and the like would change what the tool does.
  const child = spawn(/* turbopackIgnore: true */ command, options, { env: onlyPath() });
  const hasStarted = await hasSpawned(child);
  return hasStarted ? outputOf(child, source) : undefined;
}

function onlyPath() {
  return { NODE_ENV: process.env.NODE_ENV, PATH: process.env["PATH"] };
}

const UNDERSTANDS = new Map<Tool, Promise<boolean>>();

/** The same names are also given to smaller programs (busybox) that know fewer options. Asked once. */
function understandsOptions(by: Tool): Promise<boolean> {
  const known = UNDERSTANDS.get(by) ?? tryOptions(COMMANDS[by]);
  UNDERSTANDS.set(by, known);
  return known;
}

/** Unpacks nothing, to see whether the tool complains of its options. */
async function tryOptions([command = "", ...options]: readonly string[]): Promise<boolean> {
  const child = spawn(/* turbopackIgnore: true */ command, options, { env: onlyPath() });
  const exit = once(child, "close").catch(() => undefined);
  if (!(await hasSpawned(child))) return false;
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 500);
  });
  child.stdin.on("error", () => undefined).end();
  child.stdout.resume();
  await exit;
  return !/(?:unrecogni[sz]ed|invalid|unknown) option/i.test(complaint);
}

function hasSpawned(child: ChildProcessWithoutNullStreams): Promise<boolean> {
  return new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
}

async function* outputOf(
  child: ChildProcessWithoutNullStreams,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const exit = once(child, "close");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 500);
  });
  const feeding = pipeline(Readable.from(source, { highWaterMark: 4 }), child.stdin).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    for await (const piece of child.stdout) {
      if (Buffer.isBuffer(piece)) yield piece;
    }
    throwOwn(await feeding);
    const [code] = await exit;
    if (code !== 0) throw damage(complaint);
  } finally {
    child.kill("SIGKILL");
  }
}

/** Errors of the source (limits, cancel) count; a pipe the tool closed early does not. */
function throwOwn(error: unknown): void {
  if (error instanceof Error && error.name === "IngestError") throw error;
}

function damage(complaint: string): DamagedStream {
  const isTruncated = /unexpected end|end of (?:file|input)|premature end|truncated/i.test(
    complaint,
  );
  return new DamagedStream(
    isTruncated ? "the compressed data end early" : "the compressed data are damaged",
    isTruncated,
  );
}
