import { ServiceError } from "../service-error";

export interface BatcherOptions<T, R> {
  /** Works on a batch; gives one outcome for each of its items, in their order. Failing fails each of them. */
  readonly flush: (items: readonly T[]) => Promise<readonly R[]>;
  /** How long the first item of a batch waits for others. */
  readonly everyMs: number;
  readonly maxBatch: number;
  /** What may wait: beyond either, offers are refused. */
  readonly maxItems: number;
  readonly maxBytes: number;
}

interface Waiting<T, R> {
  readonly item: T;
  readonly bytes: number;
  readonly resolve: (outcome: R) => void;
  readonly reject: (error: unknown) => void;
}

/** Collects items and works on many at once: every so often while there are any, one batch at a time. */
export function createBatcher<T, R>(options: BatcherOptions<T, R>) {
  let queue: Waiting<T, R>[] = [];
  let bytes = 0;
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;
  let isRunning = false;

  async function flushOnce(): Promise<void> {
    const batch = queue.slice(0, options.maxBatch);
    queue = queue.slice(batch.length);
    inFlight = batch.length;
    try {
      const outcomes = await options.flush(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as R);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      inFlight = 0;
      for (const { bytes: own } of batch) bytes -= own;
    }
  }

  /** What came while a batch was written waits its time as well: batches would shrink to nothing otherwise. */
  function schedule(): void {
    if (isRunning || timer || queue.length === 0) return;
    const waitMs = queue.length >= options.maxBatch ? 0 : options.everyMs;
    timer = setTimeout(() => {
      timer = undefined;
      isRunning = true;
      void flushOnce().finally(() => {
        isRunning = false;
        schedule();
      });
    }, waitMs);
  }

  return {
    /** @throws ServiceError "busy" when so much waits that more would not be worked on soon */
    refuseWhenBehind(): void {
      if (queue.length + inFlight < options.maxItems && bytes < options.maxBytes) return;
      throw new ServiceError(
        "busy",
        "The server is behind with what was pushed. Send it again later.",
      );
    },

    /** Resolves with the item's outcome once its batch is done. */
    offer(item: T, size: number): Promise<R> {
      bytes += size;
      return new Promise<R>((resolve, reject) => {
        queue.push({ item, bytes: size, resolve, reject });
        schedule();
      });
    },
  };
}
