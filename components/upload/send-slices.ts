import type { Bytes } from "@/server/core/units";
import { KIB, MIB } from "@/server/core/units";
import type { RetryNotice } from "./upload-queue";

/** The server takes at most this much in one request. */
export const LARGEST_SLICE: Bytes = 4 * MIB;
const SMALLEST_SLICE: Bytes = 64 * KIB;
const FIRST_SLICE: Bytes = 512 * KIB;
/** A slice should take about this long, so that the bar moves on a slow line too. */
const SLICE_SECONDS = 2;
const PAUSES_SECONDS = [1, 2, 4, 8, 15, 30] as const;

export interface SliceSender {
  readonly size: Bytes;
  /** First byte that the server does not have yet. */
  readonly from: Bytes;
  readonly signal: AbortSignal;
  /** Sends bytes [offset, offset + length) and answers how many bytes the server has in all. */
  readonly send: (offset: Bytes, length: Bytes) => Promise<Bytes>;
  /** False for an answer that will be the same next time: too large, not allowed. */
  readonly isPassing: (error: unknown) => boolean;
  readonly onSent: (sent: Bytes) => void;
  readonly onRetry: (retry: RetryNotice) => void;
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
}

/**
 * Sends a file in slices, one after another. A slice that fails in passing is sent again from the
 * same byte after a growing pause; smaller, because a slow line is the usual reason.
 *
 * @throws the last error when a slice failed seven times or will never get through,
 *   and the signal's reason when it was aborted.
 */
export async function sendSlices(sender: SliceSender): Promise<void> {
  let length = FIRST_SLICE;
  let offset = sender.from;
  sender.onSent(offset);
  while (offset < sender.size) {
    const started = sender.now();
    const sent = await sendOne(sender, offset, Math.min(length, sender.size - offset));
    if (sent.upTo <= offset) throw new Error("The server did not accept the data.");
    offset = sent.upTo;
    sender.onSent(offset);
    length = nextSliceLength(sent.length, (sender.now() - started) / 1000);
  }
}

/** Length of the next slice after one of `length` bytes took `seconds`. */
export function nextSliceLength(length: Bytes, seconds: number): Bytes {
  const ideal = seconds > 0 ? (length / seconds) * SLICE_SECONDS : LARGEST_SLICE;
  // At most four times more or less at once: one slow answer says little.
  const bounded = Math.min(length * 4, Math.max(length / 4, ideal));
  return Math.round(Math.min(LARGEST_SLICE, Math.max(SMALLEST_SLICE, bounded)));
}

async function sendOne(
  sender: SliceSender,
  offset: Bytes,
  length: Bytes,
): Promise<{ readonly upTo: Bytes; readonly length: Bytes }> {
  let now = length;
  for (const [index, waitSeconds] of [...PAUSES_SECONDS, undefined].entries()) {
    sender.signal.throwIfAborted();
    try {
      return { upTo: await sender.send(offset, now), length: now };
    } catch (error) {
      sender.signal.throwIfAborted();
      if (waitSeconds === undefined || !sender.isPassing(error)) throw error;
      sender.onRetry({ attempt: index + 1, waitSeconds });
      await sender.wait(waitSeconds, sender.signal);
      now = Math.max(Math.min(now, SMALLEST_SLICE), Math.round(now / 2));
    }
  }
  throw new Error("unreachable: the last attempt returns or throws");
}
