import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { IngestUpload, UploadResult, UploadStage } from "./ingest-upload";
import { ServiceError } from "./service-error";

export interface UploadProgress {
  readonly phase: "receiving" | UploadStage["phase"] | "done" | "failed";
  /** Bytes received, then bytes read. */
  readonly done: number;
  readonly total: number;
  readonly filesRead: number;
}

export interface UploadSlice {
  readonly uploadId: string;
  readonly name: string;
  /** Where in the file the slice begins. */
  readonly offset: number;
  /** Size of the whole file. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

export interface UploadSessionOptions {
  readonly dataDir: string;
  readonly maxBytes: number;
  readonly ingest: IngestUpload;
  readonly now: () => number;
}

export type UploadSessions = ReturnType<typeof createUploadSessions>;

interface Session {
  name: string;
  size: number;
  progress: UploadProgress;
  touchedAt: number;
  readonly abort: AbortController;
  /** Slices of one upload are written one after the other. */
  queue: Promise<unknown>;
}

const EXPIRES_MS = 60 * 60 * 1000;
const MAX_SESSIONS = 64;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Uploads that arrive in slices. What has arrived is the length of a temporary file, so a slice sent
 * twice does no harm and an upload goes on after the server was restarted. An upload that nobody goes
 * on with is removed after an hour.
 */
export function createUploadSessions({ dataDir, maxBytes, ingest, now }: UploadSessionOptions) {
  const folder = join(dataDir, "uploads");
  const sessions = new Map<string, Session>();

  function place(uploadId: string): string {
    if (!UUID.test(uploadId)) throw new ServiceError("badInput", "The upload id is not a UUID.");
    return join(folder, uploadId);
  }

  function begin(uploadId: string, name: string, size: number): Session {
    const known = sessions.get(uploadId);
    if (known) return known;
    if ([...sessions.values()].filter(isOpen).length >= MAX_SESSIONS)
      throw new ServiceError("busy", "Too many uploads at once. Try again in a minute.");
    const session: Session = {
      name,
      size,
      progress: { phase: "receiving", done: 0, total: size, filesRead: 0 },
      touchedAt: now(),
      abort: new AbortController(),
      queue: Promise.resolve(),
    };
    sessions.set(uploadId, session);
    return session;
  }

  async function append(session: Session, path: string, slice: UploadSlice): Promise<number> {
    const received = await sizeOf(path);
    const { offset, bytes, size } = slice;
    if (offset > received)
      throw new ServiceError("conflict", `Bytes ${received} to ${offset} have not arrived yet.`);
    const fresh = bytes.subarray(received - offset);
    const total = received + fresh.length;
    if (total > size) throw new ServiceError("badInput", "More bytes than the upload announced.");
    if (fresh.length > 0) await writeAtEnd(path, fresh);
    session.progress = { phase: "receiving", done: total, total: size, filesRead: 0 };
    return total;
  }

  async function forget(uploadId: string): Promise<void> {
    const session = sessions.get(uploadId);
    session?.abort.abort();
    sessions.delete(uploadId);
    // A slice that is being written would bring the file back.
    await session?.queue.catch(() => undefined);
    await rm(place(uploadId), { force: true });
  }

  /** Removes abandoned uploads, those of an earlier run of the server included. */
  async function sweep(): Promise<void> {
    const oldest = now() - EXPIRES_MS;
    for (const [uploadId, session] of sessions)
      if (session.touchedAt < oldest && !isWorking(session)) await forget(uploadId);
    for (const name of await readdir(folder).catch(() => []))
      if (!sessions.has(name)) await removeIfOlder(join(folder, name), oldest);
  }

  async function analyse(session: Session, path: string): Promise<UploadResult> {
    const received = await sizeOf(path);
    if (received !== session.size)
      throw new ServiceError("conflict", `Only ${received} of ${session.size} bytes have arrived.`);
    try {
      session.abort.signal.throwIfAborted();
      const result = await ingest({
        path,
        name: session.name,
        signal: session.abort.signal,
        onProgress: (stage) => {
          session.touchedAt = now();
          session.progress = stage;
        },
      });
      session.progress = { ...session.progress, phase: "done" };
      await rm(path, { force: true });
      return result;
    } catch (error) {
      // The bytes stay for another try until they expire: a store that is away comes back.
      session.progress = { ...session.progress, phase: "failed" };
      if (session.abort.signal.aborted) throw new ServiceError("cancelled", "Cancelled.");
      throw error;
    }
  }

  return {
    /** Takes a slice and says how many bytes have arrived in all. */
    async receive(slice: UploadSlice): Promise<number> {
      const path = place(slice.uploadId);
      if (slice.size > maxBytes) throw tooLarge(maxBytes);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if (!sessions.has(slice.uploadId)) await sweep();
      const session = begin(slice.uploadId, slice.name, slice.size);
      session.touchedAt = now();
      const step = () => append(session, path, slice);
      const received = session.queue.then(step, step);
      session.queue = received;
      return received;
    },

    /** Reads and stores an upload whose bytes have all arrived. */
    async analyse(uploadId: string): Promise<UploadResult> {
      const path = place(uploadId);
      const session = sessions.get(uploadId);
      if (!session)
        throw new ServiceError("notFound", "This upload is not known any more. Send it again.");
      if (isWorking(session)) throw new ServiceError("busy", "This upload is being read already.");
      session.touchedAt = now();
      session.progress = { ...session.progress, phase: "reading", done: 0 };
      return analyse(session, path);
    },

    progress(uploadId: string): UploadProgress {
      const session = sessions.get(uploadId);
      if (!session) throw new ServiceError("notFound", "This upload is not known any more.");
      return session.progress;
    },

    /** Stops whatever is going on and removes the bytes. */
    cancel: forget,
    sweep,

    /** A path for bytes that come in one piece (curl, a paste); the caller removes it. */
    async newFile(): Promise<string> {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return join(folder, randomUUID());
    },
  };
}

export function tooLarge(maxBytes: number): ServiceError {
  const mib = Math.floor(maxBytes / (1024 * 1024));
  return new ServiceError(
    "tooLarge",
    `The file is larger than ${mib} MiB, the limit of this server. Raise MEMLEDGER_MAX_UPLOAD_MIB, or collect with public/memledger.sh, whose archives are small.`,
  );
}

function isWorking({ progress }: Session): boolean {
  return ["reading", "judging", "storing"].includes(progress.phase);
}

function isOpen({ progress }: Session): boolean {
  return progress.phase !== "done" && progress.phase !== "failed";
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function writeAtEnd(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}

async function removeIfOlder(path: string, oldestMs: number): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && found.mtimeMs < oldestMs) await rm(path, { force: true });
}
