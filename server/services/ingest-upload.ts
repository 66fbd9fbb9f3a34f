import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { DataQuality, InputError, SnapshotReport, Status } from "../core/report";
import type { ReadInput } from "../core/snapshot";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import type { ArchiveKeeper } from "./archive-keeper";
import type { InputReader } from "./input-reader";
import { clockOffset } from "./push/clock-rule";
import type { ReportLibrary } from "./report-library";
import { ServiceError } from "./service-error";
import { shiftTimes } from "./shift-times";
import { nodeKey, snapshotId, snapshotPath, uploadPrefix } from "./snapshot-id";
import type { Turns } from "./turns";

/** What an upload gave: the same document for the browser and for curl. Times are ISO 8601 in UTC. */
export interface UploadResult {
  readonly sha256: string;
  /** The same bytes were received before; nothing was stored again. */
  readonly isKnown: boolean;
  readonly snapshots: readonly UploadedSnapshot[];
  readonly errors: readonly InputError[];
}

interface UploadedSnapshot {
  readonly id: string;
  readonly node: string;
  readonly hostname?: string;
  readonly kernel?: string;
  readonly takenAt?: string;
  readonly status: Status;
  readonly headline: string;
  /** "/nodes/…/…" */
  readonly path: string;
  readonly dataQuality: DataQuality;
}

export interface UploadSource {
  /** The bytes, in a file of ours. It is read, never moved. */
  readonly path: string;
  /** The name the sender gave; shown, never used as a path. */
  readonly name: string;
  /** The sender's clock when it sent the bytes, ms since 1970: times in them are set right by it. */
  readonly sentAtMs?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: UploadStage) => void;
  /** Whether the sender may speak for a node; absent when for all. */
  readonly allowsNode?: (node: string) => boolean;
}

export interface UploadStage {
  readonly phase: "reading" | "judging" | "storing";
  /** Bytes of the file read so far. */
  readonly done: number;
  readonly total: number;
  readonly filesRead: number;
}

export interface IngestParts {
  readonly snapshots: SnapshotStore;
  readonly library: ReportLibrary;
  readonly reader: InputReader;
  readonly archives: ArchiveKeeper;
  /** Shared with the removal: the same bytes are never stored and removed at once. */
  readonly inTurn: Turns;
  /** Ends a removal of the same bytes that was cut short. */
  readonly finishRemoval: (sha256: string) => Promise<unknown>;
  readonly now: () => number;
}

export type IngestUpload = ReturnType<typeof createIngestUpload>;

/**
 * Reads an upload, judges it and stores it. Idempotent by content: the same bytes again give the same
 * ids and store nothing. Returns only when everything is on disk; if the store fails, the upload
 * fails and can be sent again.
 */
export function createIngestUpload(parts: IngestParts) {
  return async function ingestUpload(source: UploadSource): Promise<UploadResult> {
    const sha256 = await hashFile(source.path, source.signal);
    // The same file sent twice at once is read once; the second waits and is told that it is known.
    return parts.inTurn(sha256, () => ingest(parts, source, sha256));
  };
}

async function ingest(
  parts: IngestParts,
  source: UploadSource,
  sha256: string,
): Promise<UploadResult> {
  await parts.finishRemoval(sha256);
  const known = await findKnown(parts, sha256);
  if (known) {
    refuseForeign(source, known.snapshots);
    return known;
  }

  const { size } = await stat(source.path);
  const stage = (phase: UploadStage["phase"], filesRead: number) =>
    source.onProgress?.({ phase, done: size, total: size, filesRead });
  const read = await parts.reader.readFile({
    path: source.path,
    name: source.name,
    ...(source.signal && { signal: source.signal }),
    onProgress: ({ bytesDone, filesRead }) =>
      source.onProgress?.({ phase: "reading", done: bytesDone, total: size, filesRead }),
  });
  const input = setRight(read, source.sentAtMs, parts.now());
  const filesRead = input.snapshots.reduce((sum, snapshot) => sum + snapshot.files.length, 0);
  stage("judging", filesRead);
  const looks = judgeLooks(parts, input, { sha256, name: source.name, archiveBytes: size });
  refuseForeign(source, looks.map(toUploaded));
  source.signal?.throwIfAborted();
  stage("storing", filesRead);
  if (looks.length > 0) await storeLooks(parts, { looks, input, path: source.path, sha256 });
  return { sha256, isKnown: false, snapshots: looks.map(toUploaded), errors: input.errors };
}

/** Times by the sender's clock, moved by as much as that is off. */
function setRight(input: ReadInput, sentAtMs: number | undefined, nowMs: number): ReadInput {
  const offset = clockOffset(sentAtMs === undefined ? undefined : nowMs - sentAtMs, undefined);
  return { ...input, snapshots: input.snapshots.map((one) => shiftTimes(one, offset)) };
}

/** Also for bytes that are known: what they hold is not told to whoever may not send them. */
function refuseForeign({ allowsNode }: UploadSource, looks: UploadResult["snapshots"]): void {
  const foreign = looks.find(({ node }) => allowsNode?.(node) === false);
  if (foreign)
    throw new ServiceError("notAllowed", "This agent token does not speak for that node.");
}

interface Look {
  readonly record: SnapshotRecord;
  readonly report: SnapshotReport;
}

function judgeLooks(
  { reader, now }: IngestParts,
  input: ReadInput,
  upload: { readonly sha256: string; readonly name: string; readonly archiveBytes: number },
): Look[] {
  const receivedAt = new Date(now()).toISOString();
  const { sha256, name: fileName, archiveBytes } = upload;
  return input.snapshots.map((snapshot, look) => {
    const { hostname, kernel, os } = snapshot.node;
    const takenAt = storableInstant(snapshot.node.takenAt);
    return {
      report: reader.judge(snapshot),
      record: {
        id: snapshotId(sha256, look),
        sha256,
        look,
        node: nodeKey(hostname, sha256),
        ...(hostname !== undefined && { hostname }),
        ...(kernel !== undefined && { kernel }),
        ...(os !== undefined && { os }),
        ...(takenAt !== undefined && { takenAt }),
        kind: snapshot.kind,
        fileName,
        archiveBytes,
        receivedAt,
        unreadable: snapshot.unreadable,
      },
    };
  });
}

/** The time in the form and range that the store keeps; a clock that was never set is no time. */
function storableInstant(iso: string | undefined): string | undefined {
  const instant = new Date(iso ?? Number.NaN);
  const year = instant.getUTCFullYear();
  return year >= 1970 && year < 2262 ? instant.toISOString() : undefined;
}

interface Storing {
  readonly looks: readonly Look[];
  readonly input: ReadInput;
  readonly path: string;
  readonly sha256: string;
}

/** Archive, texts, then the rows that make the upload exist: a crash in between leaves nothing visible. */
async function storeLooks(parts: IngestParts, { looks, input, path, sha256 }: Storing) {
  const { snapshots, archives, library } = parts;
  const receivedAt = looks[0]?.record.receivedAt ?? new Date(parts.now()).toISOString();
  const texts = new Map(input.snapshots.flatMap((snapshot) => [...snapshot.texts]));
  try {
    await archives.keep(path, sha256);
    await snapshots.insertTexts({ sha256, receivedAt, texts });
    await snapshots.insertSnapshots(looks.map(({ record }) => record));
  } catch (error) {
    await archives.drop(sha256);
    throw error;
  }
  // A remembered report only saves time: without it the next reader works it out.
  for (const { record, report } of looks)
    await library.keep(record.id, report).catch(() => undefined);
}

async function findKnown(
  { snapshots, library }: IngestParts,
  sha256: string,
): Promise<UploadResult | undefined> {
  const records = await snapshots.snapshotsOfPrefix(uploadPrefix(snapshotId(sha256, 0)));
  if (records.length === 0) return undefined;
  if (records.some((record) => record.sha256 !== sha256))
    throw new ServiceError("conflict", "Another upload has an id that starts alike.");
  const looks: Look[] = [];
  for (const record of records) looks.push({ record, report: await library.reportOf(record) });
  return { sha256, isKnown: true, snapshots: looks.map(toUploaded), errors: [] };
}

function toUploaded({ record, report }: Look): UploadedSnapshot {
  const { id, node, hostname, kernel, takenAt } = record;
  return {
    id,
    node,
    ...(hostname !== undefined && { hostname }),
    ...(kernel !== undefined && { kernel }),
    ...(takenAt !== undefined && { takenAt }),
    status: report.verdict.status,
    headline: report.verdict.headline,
    path: snapshotPath(node, id),
    dataQuality: report.dataQuality,
  };
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash, { ...(signal && { signal }) });
  return hash.digest("hex");
}
