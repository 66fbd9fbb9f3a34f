import type { BodyLimits } from "../receive-body";
import { ServiceError } from "../service-error";

interface MemoryLimits extends BodyLimits {
  /** Told of bytes before they are kept; may throw when there is no room for them. */
  readonly claim: (bytes: number) => void;
}

/** A request's body in memory. Counts for itself, since Content-Length is a claim of the sender. */
export async function readBody(
  body: ReadableStream<Uint8Array>,
  { maxBytes, maxMs, claim }: MemoryLimits,
): Promise<Buffer> {
  const reader = body.getReader();
  const late = new ServiceError(
    "timedOut",
    `The pushes did not arrive within ${Math.round(maxMs / 1000)} s.`,
  );
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    void reader.cancel(late).catch(() => undefined);
  }, maxMs);
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      received += next.value.length;
      if (received > maxBytes) throw tooMuch(maxBytes);
      claim(next.value.length);
      chunks.push(next.value);
    }
    if (isLate) throw late;
    return Buffer.concat(chunks, received);
  } catch (error) {
    await reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

export function tooMuch(maxBytes: number): ServiceError {
  const mib = Math.floor(maxBytes / 1024 ** 2);
  return new ServiceError(
    "tooLarge",
    `A body of pushes holds at most ${mib} MiB. Send it in parts.`,
  );
}
