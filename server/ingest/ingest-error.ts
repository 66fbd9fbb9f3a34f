/** Why an input gave nothing, in one stable word. Callers map it to an exit code or an HTTP status. */
export const INGEST_ERROR_CODES = [
  "not-found",
  "unreadable",
  "empty",
  "unsupported",
  "encrypted",
  "too-large",
  "too-many-entries",
  "ratio",
  "truncated",
  "damaged",
  "timeout",
  "cancelled",
  "nothing-recognised",
] as const;
export type IngestErrorCode = (typeof INGEST_ERROR_CODES)[number];

/** The input could not be read, or reading it had to stop. The message is one plain sentence for the user. */
export class IngestError extends Error {
  override readonly name = "IngestError";
  readonly code: IngestErrorCode;

  constructor(code: IngestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What to say of an error of any origin: ours keep their code, the system's get the nearest one. */
export function toIngestError(error: unknown, what: string): IngestError {
  if (error instanceof IngestError) return error;
  const code = systemCode(error);
  if (code === "ENOENT") return new IngestError("not-found", `${what}: no such file or folder`);
  if (code === "EACCES" || code === "EPERM") {
    return new IngestError("unreadable", `${what}: permission denied`);
  }
  const text = error instanceof Error ? error.message : String(error);
  return new IngestError("unreadable", `${what}: ${text}`);
}

function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
