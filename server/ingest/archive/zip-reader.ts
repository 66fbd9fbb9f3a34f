import yauzl from "yauzl";
import { IngestError } from "../ingest-error";
import type { MemberSink, TarEntry } from "./tar-reader";

export interface ZipHandler {
  entry(entry: TarEntry): MemberSink | undefined;
  damage(name: string, message: string): void;
  /** Called with the size of every unpacked piece; may throw to stop. */
  unpacked(bytes: number): void;
}

/** A file's path, or the bytes of a zip inside another archive. */
export type ZipSource = string | Buffer;

const SYMLINK_MODE = 0o120000;
const MAX_LINK_TARGET = 4096;

/**
 * Reads the members of a zip one after another through its central directory.
 * A zip cut at its end has lost that directory and cannot be read.
 */
export async function readZip(source: ZipSource, handler: ZipHandler): Promise<void> {
  const zip = await openZip(source);
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (!entry) return;
      await readEntry(zip, entry, handler);
    }
  } finally {
    zip.close();
  }
}

/** Names stay bytes: yauzl would stop at the first hostile one, we only leave that one out. */
const OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: false } as const;

function openZip(source: ZipSource): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | null, zip: yauzl.ZipFile | undefined): void => {
      if (zip) resolve(zip);
      else reject(zipError(error));
    };
    if (typeof source === "string") yauzl.open(source, OPTIONS, opened);
    else yauzl.fromBuffer(source, OPTIONS, opened);
  });
}

function zipError(error: Error | null): IngestError {
  const message = error?.message ?? "";
  if (/end of central directory/i.test(message)) {
    return new IngestError(
      "truncated",
      "the zip ends early: its directory, at the end, is missing",
    );
  }
  return new IngestError("damaged", `the zip is damaged: ${message}`);
}

function nextEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry | undefined> {
  return new Promise((resolve, reject) => {
    const done = (act: () => void): void => {
      zip.removeAllListeners();
      act();
    };
    zip.on("entry", (entry: yauzl.Entry) => done(() => resolve(entry)));
    zip.on("end", () => done(() => resolve(undefined)));
    zip.on("error", (error: Error) => done(() => reject(zipError(error))));
    zip.readEntry();
  });
}

async function readEntry(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  handler: ZipHandler,
): Promise<void> {
  const path = nameOf(entry);
  if (entry.isEncrypted()) {
    handler.damage(path, "it is encrypted; it was left out");
    return;
  }
  const described = toTarEntry(entry, path);
  if (isSymlink(entry)) {
    const target = await readLinkTarget(zip, entry, handler);
    handler.entry({ ...described, kind: "symlink", linkTarget: target });
    return;
  }
  const sink = handler.entry(described);
  if (sink) await pour(zip, entry, { sink, handler, path });
}

function nameOf(entry: yauzl.Entry): string {
  const raw: unknown = entry.fileName;
  return Buffer.isBuffer(raw) ? raw.toString("utf8") : String(raw);
}

function toTarEntry(entry: yauzl.Entry, path: string): TarEntry {
  const mtimeMs = entry.getLastModDate().getTime();
  return {
    path,
    kind: path.endsWith("/") ? "folder" : "file",
    size: entry.uncompressedSize,
    linkTarget: "",
    ...(Number.isFinite(mtimeMs) ? { mtimeMs } : {}),
  };
}

function isSymlink(entry: yauzl.Entry): boolean {
  return ((entry.externalFileAttributes >>> 16) & 0o170000) === SYMLINK_MODE;
}

async function readLinkTarget(
  zip: yauzl.ZipFile,
  entry: yauzl.Entry,
  handler: ZipHandler,
): Promise<string> {
  const pieces: Buffer[] = [];
  if (entry.uncompressedSize > MAX_LINK_TARGET) return "";
  const sink = {
    write: (piece: Buffer) => void pieces.push(Buffer.from(piece)),
    end: () => undefined,
  };
  await pour(zip, entry, { sink, handler, path: nameOf(entry) });
  return Buffer.concat(pieces).toString("utf8");
}

interface Pouring {
  readonly sink: MemberSink;
  readonly handler: ZipHandler;
  readonly path: string;
}

async function pour(zip: yauzl.ZipFile, entry: yauzl.Entry, to: Pouring): Promise<void> {
  const { sink, handler, path } = to;
  try {
    for await (const piece of await openEntry(zip, entry)) {
      if (!Buffer.isBuffer(piece)) continue;
      handler.unpacked(piece.length);
      sink.write(piece);
    }
    sink.end(true);
  } catch (error) {
    if (error instanceof IngestError) throw error;
    handler.damage(
      path,
      `it is damaged: ${error instanceof Error ? error.message : String(error)}`,
    );
    sink.end(false);
  }
}

function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (stream) resolve(stream);
      else reject(error);
    });
  });
}
