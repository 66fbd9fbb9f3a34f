import { MIB } from "../core/units";
import { IngestError } from "./ingest-error";
import type { IngestLimits } from "./limits";

export interface IngestProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly filesRead: number;
}

export interface BudgetOptions {
  readonly limits: IngestLimits;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
}

const PROGRESS_EVERY_MS = 100;

/** Counts what one input costs and stops the reading, with an IngestError, when a limit is passed. */
export class Budget {
  readonly limits: IngestLimits;
  bytesTotal = 0;
  filesRead = 0;
  private bytesDone = 0;
  private bytesOut = 0;
  private bytesKept = 0;
  private entries = 0;
  private lastProgress = 0;
  private readonly startedAt = performance.now();
  private readonly signal: AbortSignal | undefined;
  private readonly onProgress: ((progress: IngestProgress) => void) | undefined;

  constructor(options: BudgetOptions) {
    this.limits = options.limits;
    this.signal = options.signal;
    this.onProgress = options.onProgress;
  }

  /** Called with every piece of the input, and between long steps with 0. */
  tookIn(bytes: number): void {
    this.bytesDone += bytes;
    if (this.bytesDone > this.limits.bytesIn) {
      throw new IngestError("too-large", `the input is larger than ${inMib(this.limits.bytesIn)}`);
    }
    this.checkTime();
    this.report();
  }

  /** Called with every piece that comes out of decompression. */
  tookOut(bytes: number): void {
    const { bytesOut, ratio, ratioFreeBytes } = this.limits;
    this.bytesOut += bytes;
    if (this.bytesOut > bytesOut) {
      throw new IngestError("too-large", `the unpacked input is larger than ${inMib(bytesOut)}`);
    }
    // Measured against the whole input: a pipe hands pieces over late, so the bytes read so far would say too much.
    const bytesIn = Math.max(this.bytesTotal, this.bytesDone, 1);
    if (this.bytesOut > ratioFreeBytes && this.bytesOut > bytesIn * ratio) {
      throw new IngestError("ratio", `the input unpacks to more than ${ratio} times its size`);
    }
    this.checkTime();
  }

  tookEntry(): void {
    this.entries += 1;
    if (this.entries > this.limits.entries) {
      throw new IngestError(
        "too-many-entries",
        `the input holds more than ${this.limits.entries} files`,
      );
    }
    if (this.entries % 1024 === 0) this.checkTime();
  }

  /** How much of `bytes` may still be kept in memory; what is granted counts as used. */
  grant(bytes: number): number {
    const granted = Math.max(0, Math.min(bytes, this.limits.bytesKept - this.bytesKept));
    this.bytesKept += granted;
    return granted;
  }

  release(bytes: number): void {
    this.bytesKept -= bytes;
  }

  checkTime(): void {
    if (this.signal?.aborted) throw new IngestError("cancelled", "reading was cancelled");
    if (performance.now() - this.startedAt > this.limits.milliseconds) {
      throw new IngestError(
        "timeout",
        `reading took longer than ${Math.round(this.limits.milliseconds / 1000)} s`,
      );
    }
  }

  report(): void {
    if (!this.onProgress) return;
    const now = performance.now();
    if (now - this.lastProgress < PROGRESS_EVERY_MS && this.bytesDone < this.bytesTotal) return;
    this.lastProgress = now;
    this.onProgress({
      bytesDone: this.bytesDone,
      bytesTotal: this.bytesTotal,
      filesRead: this.filesRead,
    });
  }
}

export function inMib(bytes: number): string {
  return `${Math.round(bytes / MIB)} MiB`;
}
