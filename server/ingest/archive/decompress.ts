import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Decompress } from "fzstd";
import unbzip2 from "unbzip2-stream";
import { DamagedStream } from "./damaged-stream";
import type { Compression } from "./magic";
import { systemDecompress } from "./system-decompress";

export type Bytes = AsyncIterable<Buffer>;

/**
 * Unpacks a stream piece by piece. xz, zstd and bzip2 go through the system's tool, which is several times
 * faster than JavaScript and runs beside us; without the tool a JavaScript reader does the same.
 * Throws DamagedStream after the last good piece when the input is cut or broken.
 */
export async function* decompress(by: Compression, source: Bytes): AsyncGenerator<Buffer> {
  if (by === "gzip") {
    yield* gunzip(source);
    return;
  }
  const fromSystem = await systemDecompress(by, source);
  yield* fromSystem ?? decompressInProcess(by, source);
}

/** The JavaScript readers alone. */
function decompressInProcess(by: Exclude<Compression, "gzip">, source: Bytes): Bytes {
  if (by === "xz") return unXz(source);
  return by === "zstd" ? unZstd(source) : unBzip2(source);
}

const PIECE = 256 * 1024;

async function* gunzip(source: Bytes): AsyncGenerator<Buffer> {
  const gunzipped = createGunzip({ chunkSize: PIECE });
  const input = Readable.from(source, { objectMode: true, highWaterMark: 4 });
  input.on("error", (error) => gunzipped.destroy(error));
  try {
    yield* readable(input.pipe(gunzipped));
  } catch (error) {
    throw asDamage(error);
  } finally {
    input.destroy();
    gunzipped.destroy();
  }
}

async function* unBzip2(source: Bytes): AsyncGenerator<Buffer> {
  const input = Readable.from(source, { objectMode: true, highWaterMark: 4 });
  // The package is a classic "through" stream; wrap() gives it back-pressure and iteration.
  const unpacked = new Readable({ highWaterMark: PIECE }).wrap(input.pipe(unbzip2()));
  input.on("error", (error) => unpacked.destroy(error));
  try {
    yield* readable(unpacked);
  } catch (error) {
    throw asDamage(error);
  } finally {
    input.destroy();
    unpacked.destroy();
  }
}

async function* unXz(source: Bytes): AsyncGenerator<Buffer> {
  const input = Readable.from(source, { objectMode: true, highWaterMark: 4 });
  const pieces = readable(input);
  const compressed = new ReadableStream<Uint8Array>({
    // A piece at a time as it is asked for: the input may be larger than memory.
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
  });
  const { XzReadableStream } = await loadXz();
  const reader = new XzReadableStream(compressed).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      // The reader hands out its own memory again with the next piece.
      yield Buffer.from(value);
    }
  } catch (error) {
    throw asDamage(error);
  } finally {
    input.destroy();
  }
}

/** A CommonJS package: Node hands its exports over as the default, bundlers by name. */
async function loadXz() {
  const module = await import("xz-decompress");
  return module.default ?? module;
}

async function* unZstd(source: Bytes): AsyncGenerator<Buffer> {
  const ready: Buffer[] = [];
  let isComplete = false;
  const stream = new Decompress((piece, isFinal) => {
    ready.push(Buffer.from(piece));
    isComplete = isFinal === true;
  });
  try {
    for await (const piece of source) {
      stream.push(piece);
      yield* ready.splice(0);
    }
    stream.push(new Uint8Array(0), true);
  } catch (error) {
    yield* ready.splice(0);
    throw asDamage(error);
  }
  yield* ready.splice(0);
  if (!isComplete) throw new DamagedStream("the compressed data end early", true);
}

/** A Node stream's pieces as Buffers. */
async function* readable(stream: Readable): AsyncGenerator<Buffer> {
  for await (const piece of stream) {
    if (piece instanceof Uint8Array) yield asBuffer(piece);
  }
}

export function asBuffer(piece: Uint8Array): Buffer {
  return Buffer.isBuffer(piece)
    ? piece
    : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
}

const TRUNCATION = /unexpected end|end of (?:file|input|data)|truncated|EOF/i;

function asDamage(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "IngestError") return error;
  const isTruncated = TRUNCATION.test(error.message);
  const message = isTruncated ? "the compressed data end early" : "the compressed data are damaged";
  return new DamagedStream(message, isTruncated);
}
