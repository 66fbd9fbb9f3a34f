import { setTimeout as wait } from "node:timers/promises";

/** The store could not be asked or would not take the rows. What was asked may be asked again. */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

// NOT_ENOUGH_SPACE, TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED, TABLE_IS_READ_ONLY, TOO_MANY_PARTS
const PASSING_CODES = new Set(["243", "202", "241", "242", "252"]);

const DISK_FULL =
  "The disk of the store is full up to its reserve. Nothing was kept; try again once room was made, as by a shorter retention under Settings.";

const RETRIES = 2;
const RETRY_MS = 300;

/**
 * Runs a call of the database client. A connection that breaks off is tried again: the engine may have
 * died and come back, and every row of ours may be written twice (ReplacingMergeTree). When that does not
 * help, or the engine has no room, it becomes a StoreAwayError; a wrong query stays the bug it is.
 */
export async function askStore<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries < RETRIES && isBrokenOff(error)) await wait(RETRY_MS);
      else throw toStoreError(error);
    }
  }
}

function toStoreError(error: unknown): unknown {
  const reason = awayReason(error);
  if (reason === undefined) return error;
  if (codeOf(error) === "243") return new StoreAwayError(DISK_FULL, { cause: error });
  return new StoreAwayError(`The store does not answer (${reason}). Nothing was kept; try again.`, {
    cause: error,
  });
}

function awayReason(error: unknown): string | undefined {
  const code = codeOf(error);
  if (PASSING_CODES.has(code)) return `code ${code}`;
  if (isBrokenOff(error)) return code || "connection closed";
  if (/^E[A-Z]+$/.test(code)) return code;
  return error instanceof Error && /^timeout/i.test(error.message) ? "timeout" : undefined;
}

/** The connection was lost before the answer: whether the engine acted on the request is not known. */
function isBrokenOff(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    ["ECONNRESET", "EPIPE", "ECONNABORTED"].includes(codeOf(error)) ||
    /socket hang up|other side closed/i.test(error.message)
  );
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}
