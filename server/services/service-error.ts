import { IngestError, type IngestErrorCode } from "../ingest/ingest-error";
import { StoreAwayError } from "../store/store-error";

/** What can go wrong in a use case, in words that the HTTP edge and the pages can act on. */
export const SERVICE_ERROR_CODES = [
  "notFound",
  "gone",
  "badInput",
  "tooLarge",
  "timedOut",
  "cancelled",
  "conflict",
  "busy",
  "storeAway",
  "notAllowed",
  "needsSecret",
] as const;
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

/** The one error that services throw on purpose; its message may be shown to the user as it is. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ServiceErrorCode;
  /** The nearer cause in one stable word, where there is one: "encrypted", "truncated". */
  readonly reason?: string;
  constructor(
    code: ServiceErrorCode,
    message: string,
    options?: ErrorOptions & { readonly reason?: string },
  ) {
    super(message, options);
    this.code = code;
    if (options?.reason !== undefined) this.reason = options.reason;
  }
}

/** The error as a ServiceError where it is one of the expected kinds; nothing for a bug. */
export function toServiceError(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  if (error instanceof StoreAwayError)
    return new ServiceError("storeAway", error.message, { cause: error });
  if (error instanceof IngestError)
    return new ServiceError(INGEST_CODES[error.code] ?? "badInput", error.message, {
      cause: error,
      reason: error.code,
    });
  return undefined;
}

/** What is not named here is an input that cannot be read. */
const INGEST_CODES: Partial<Record<IngestErrorCode, ServiceErrorCode>> = {
  "too-large": "tooLarge",
  timeout: "timedOut",
  cancelled: "cancelled",
};
