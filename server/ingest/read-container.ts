import { DamagedStream } from "./archive/damaged-stream";
import { asBuffer, type Bytes, decompress } from "./archive/decompress";
import { type ContentKind, detectContent, MAGIC_BYTES } from "./archive/magic";
import { TarReader } from "./archive/tar-reader";
import { readZip } from "./archive/zip-reader";
import { IngestError, toIngestError } from "./ingest-error";
import type { Intake } from "./intake";
import { withoutCompressionSuffix } from "./member-names";

export interface Container {
  /** Name of the file, for a text that is not in an archive. */
  readonly name: string;
  /** Where the file lies: a zip is read from its end. Absent for archives in memory. */
  readonly path?: string;
  readonly bytes?: Buffer;
  readonly inputName: string;
  /** Put before the names of members: the name of the archive they lie in. */
  readonly prefix: string;
  /** Archives around this one. */
  readonly depth: number;
}

const MAX_LAYERS = 2;

/** Reads one stream of bytes, whatever it is, into the intake. Throws IngestError when it cannot go on. */
export async function readContainer(
  source: Bytes,
  intake: Intake,
  container: Container,
): Promise<void> {
  await readLayer(source, { intake, container, layer: 0 });
}

interface Layer {
  readonly intake: Intake;
  readonly container: Container;
  /** Compressions around this stream. */
  readonly layer: number;
}

async function readLayer(source: Bytes, at: Layer): Promise<void> {
  const { head, whole, close } = await peek(source);
  try {
    await readKind(head, whole, at);
  } finally {
    await close();
  }
}

async function readKind(head: Buffer, whole: Bytes, at: Layer): Promise<void> {
  if (head.length === 0) throw emptyError(at);
  const kind = detectContent(head);
  if (kind.is === "compressed") return readCompressed(kind, whole, at);
  if (kind.is === "tar") return readTar(whole, at);
  if (kind.is === "zip") return readZipAt(at);
  if (kind.is === "text") return readPlain(whole, at);
  throw new IngestError(kind.code, `${at.container.name}: ${kind.why}`);
}

function emptyError({ container, layer }: Layer): IngestError {
  const what = layer === 0 ? "the file is empty" : "nothing is inside";
  return new IngestError("empty", `${container.name}: ${what}`);
}

async function readCompressed(
  kind: Extract<ContentKind, { is: "compressed" }>,
  source: Bytes,
  at: Layer,
): Promise<void> {
  if (at.layer >= MAX_LAYERS) {
    throw new IngestError("unsupported", `${at.container.name}: compressed several times over`);
  }
  const { budget } = at.intake;
  const unpacked = counted(decompress(kind.by, source), (bytes) => budget.tookOut(bytes));
  const name = withoutCompressionSuffix(at.container.name) ?? at.container.name;
  await readLayer(unpacked, { ...at, layer: at.layer + 1, container: { ...at.container, name } });
}

async function readTar(source: Bytes, at: Layer): Promise<void> {
  const { intake, container } = at;
  const tar = new TarReader({
    entry: (entry) => intake.member({ ...entry, rawPath: entry.path }, container.prefix),
    damage: (message) => intake.note(container.name, message),
  });
  let damage: DamagedStream | undefined;
  try {
    for await (const piece of source) {
      tar.push(piece);
      if (intake.nested.length > 0) await readNested(intake, container.inputName, container.depth);
    }
  } catch (error) {
    if (!(error instanceof DamagedStream)) throw error;
    damage = error;
  } finally {
    const isWhole = tar.finish();
    if (!isWhole) damage ??= new DamagedStream("the archive ends early", true);
  }
  await readNested(intake, container.inputName, container.depth);
  if (damage) throw asError(damage, container.name);
}

async function readZipAt({ intake, container, layer }: Layer): Promise<void> {
  const source = layer === 0 ? (container.path ?? container.bytes) : undefined;
  if (source === undefined) {
    throw new IngestError("unsupported", `${container.name}: a zip inside a compressed file`);
  }
  await readZip(source, {
    entry: (entry) => intake.member({ ...entry, rawPath: entry.path }, container.prefix),
    damage: (name, message) => intake.note(name, message),
    unpacked: (bytes) => intake.budget.tookOut(bytes),
  });
  await readNested(intake, container.inputName, container.depth);
}

async function readPlain(source: Bytes, { intake, container }: Layer): Promise<void> {
  const member = { rawPath: container.name, kind: "file", linkTarget: "", size: 0 } as const;
  const sink = intake.looseText(member, container.prefix);
  try {
    for await (const piece of source) sink.write(piece);
  } catch (error) {
    sink.end(false);
    if (error instanceof DamagedStream) throw asError(error, container.name);
    throw error;
  }
  sink.end(true);
}

function asError(damage: DamagedStream, name: string): IngestError {
  const code = damage.isTruncated ? "truncated" : "damaged";
  return new IngestError(code, `${name}: ${damage.message}; what came before was read`);
}

/** Opens the archives that were found inside, up to the allowed depth. Trouble in one leaves the others. */
export async function readNested(intake: Intake, inputName: string, depth: number): Promise<void> {
  // Taken out at once: what an archive holds in turn is its own reader's business.
  for (const { name, bytes } of intake.takeNested()) {
    if (depth >= intake.budget.limits.nestedArchives) {
      intake.note(name, "an archive inside an archive inside an archive; not opened");
      continue;
    }
    const container = { name, bytes, inputName, prefix: `${name}/`, depth: depth + 1 };
    try {
      await readContainer(once(bytes), intake, container);
    } catch (error) {
      noteOrStop(intake, toIngestError(error, name), name);
    }
  }
}

const STOPS_ALL = new Set(["cancelled", "timeout", "too-large", "too-many-entries", "ratio"]);

function noteOrStop(intake: Intake, error: IngestError, name: string): void {
  if (STOPS_ALL.has(error.code)) throw error;
  intake.note(name, error.message);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function* counted(source: Bytes, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const piece of source) {
    count(piece.length);
    yield piece;
  }
}

interface Peeked {
  readonly head: Buffer;
  readonly whole: Bytes;
  /** Lets the source go when nobody reads on. */
  readonly close: () => Promise<unknown>;
}

/** The first bytes of a stream, and the stream with them still in it. */
async function peek(source: Bytes): Promise<Peeked> {
  const iterator = source[Symbol.asyncIterator]();
  const pieces: Buffer[] = [];
  let size = 0;
  let failure: unknown;
  while (size < MAGIC_BYTES) {
    try {
      const next = await iterator.next();
      if (next.done) break;
      pieces.push(asBuffer(next.value));
      size += next.value.length;
    } catch (error) {
      // What came before the damage is still to be read; the error comes again behind it.
      failure = error;
      break;
    }
  }
  if (size === 0 && failure) throw failure;
  const head = Buffer.concat(pieces).subarray(0, MAGIC_BYTES);
  const close = async (): Promise<unknown> => iterator.return?.();
  return { head, whole: rejoin(pieces, iterator, failure), close };
}

async function* rejoin(
  pieces: readonly Buffer[],
  iterator: AsyncIterator<Buffer>,
  failure: unknown,
): AsyncGenerator<Buffer> {
  try {
    yield* pieces;
    if (failure) throw failure;
    for (let next = await iterator.next(); !next.done; next = await iterator.next())
      yield next.value;
  } finally {
    await iterator.return?.();
  }
}
