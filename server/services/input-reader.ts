import type { SnapshotReport } from "../core/report";
import type { ReadInput, Snapshot } from "../core/snapshot";

interface ReadFileRequest {
  readonly path: string;
  /** Name that the user gave the file; the path is ours. */
  readonly name: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ReadProgress) => void;
}

interface ReadProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly filesRead: number;
}

interface ReadTextsRequest {
  readonly name: string;
  readonly sha256: string;
  readonly texts: ReadonlyMap<string, string>;
}

/** Bytes or kept texts to snapshots, and snapshots to reports: the seam between use cases and rules. */
export interface InputReader {
  readonly readFile: (request: ReadFileRequest) => Promise<ReadInput>;
  /** Reads again what readFile once recognised; gives the same snapshots in the same order. */
  readonly readTexts: (request: ReadTextsRequest) => Promise<ReadInput>;
  readonly judge: (snapshot: Snapshot) => SnapshotReport;
  /** Changes whenever reader or rules change; absent while they are being edited. */
  readonly rulesVersion?: string;
}
