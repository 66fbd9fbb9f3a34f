import { open, rm } from "node:fs/promises";
import { ServiceError } from "./service-error";
import { tooLarge } from "./upload-session";

export interface BodyLimits {
  readonly maxBytes: number;
  /** For the whole body: a sender that trickles is cut off. */
  readonly maxMs: number;
}

/**
 * Writes a request's body to a file as it arrives. Counts the bytes itself, since Content-Length is a
 * claim of the sender. On any failure the file is removed. Returns the number of bytes.
 */
export async function receiveBody(
  body: ReadableStream<Uint8Array>,
  path: string,
  { maxBytes, maxMs }: BodyLimits,
): Promise<number> {
  const file = await open(path, "wx", 0o600);
  const reader = body.getReader();
  const timer = setTimeout(() => void reader.cancel(timedOut(maxMs)).catch(noop), maxMs);
  const until = Date.now() + maxMs;
  let received = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      received += next.value.length;
      if (received > maxBytes) throw tooLarge(maxBytes);
      await file.writeFile(next.value);
    }
    if (Date.now() >= until) throw timedOut(maxMs);
    return received;
  } catch (error) {
    await reader.cancel(error).catch(noop);
    await rm(path, { force: true });
    throw error;
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

function timedOut(maxMs: number): ServiceError {
  return new ServiceError(
    "timedOut",
    `The file did not arrive within ${Math.round(maxMs / 1000)} s.`,
  );
}

/** Cancelling a stream that has failed already fails as well, and says nothing new. */
function noop(): void {}
