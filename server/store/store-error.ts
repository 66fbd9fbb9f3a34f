/** The store could not be asked or would not take the rows. What was asked may be asked again. */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

// NOT_ENOUGH_SPACE, TOO_MANY_SIMULTANEOUS_QUERIES, MEMORY_LIMIT_EXCEEDED, TABLE_IS_READ_ONLY, TOO_MANY_PARTS
const PASSING_CODES = new Set(["243", "202", "241", "242", "252"]);

/**
 * Runs a call of the database client. A connection that fails and an engine that has no room become a
 * StoreAwayError; a wrong query stays the bug it is.
 */
export async function askStore<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const reason = awayReason(error);
    if (reason === undefined) throw error;
    throw new StoreAwayError(
      `The store does not answer (${reason}). Nothing was kept; try again.`,
      {
        cause: error,
      },
    );
  }
}

function awayReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (PASSING_CODES.has(code)) return code === "243" ? "its disk is full" : `code ${code}`;
  if (/^E[A-Z]+$/.test(code)) return code;
  return /timeout|socket hang up|aborted/i.test(error.message) ? error.message : undefined;
}
