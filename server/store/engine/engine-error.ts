/** An error as ClickHouse reports it over HTTP: `Code: 62. DB::Exception: … (SYNTAX_ERROR)`. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  readonly code: number;

  constructor(code: number, type: string, message: string) {
    super(`Code: ${code}. DB::Exception: ${message} (${type})`);
    this.code = code;
  }
}

const HTTP_STATUS: Readonly<Record<number, number>> = {
  60: 404, // UNKNOWN_TABLE
  62: 400, // SYNTAX_ERROR
  81: 404, // UNKNOWN_DATABASE
  159: 408, // TIMEOUT_EXCEEDED
  243: 507, // NOT_ENOUGH_SPACE
  456: 400, // UNKNOWN_QUERY_PARAMETER
  457: 400, // BAD_QUERY_PARAMETER
  516: 403, // AUTHENTICATION_FAILED
};

/** What went wrong, as the front answers it: HTTP status, ClickHouse's code, and a text that names the code. */
export function describeError(error: unknown): { status: number; code: number; text: string } {
  const message = error instanceof Error ? error.message : String(error);
  const found = /^Code: (\d{1,6})\b/.exec(message);
  const code = found ? Number(found[1]) : 1002; // UNKNOWN_EXCEPTION
  const text = found ? message : `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
  return { status: HTTP_STATUS[code] ?? 500, code, text };
}
