import type { IngestError, IngestErrorCode } from "../ingest/ingest-error";
import type { StoreAwayError } from "../store/store-error";

/** What can go wrong in a use case, in words that the HTTP edge and the pages can act on. */
const SERVICE_ERROR_CODES = [
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

/**
 * The error as a ServiceError where it is one of the expected kinds; nothing for a bug. Kinds are told by
 * name: Next loads a copy of these classes into every bundle, while the services that throw live once per
 * process, so that `instanceof` would miss an error thrown by another bundle's copy.
 */
export function toServiceError(error: unknown): ServiceError | undefined {
  if (isNamed<ServiceError>(error, "ServiceError")) return error;
  if (isNamed<StoreAwayError>(error, "StoreAwayError"))
    return new ServiceError("storeAway", error.message, { cause: error });
  if (isNamed<IngestError>(error, "IngestError"))
    return new ServiceError(INGEST_CODES[error.code] ?? "badInput", error.message, {
      cause: error,
      reason: error.code,
    });
  if (error instanceof Error && "code" in error && error.code === "ENOSPC")
    return new ServiceError("storeAway", "The server's disk is full. Nothing was kept.", {
      cause: error,
    });
  return undefined;
}

function isNamed<T extends Error>(error: unknown, name: T["name"]): error is T {
  return error instanceof Error && error.name === name;
}

/** What is not named here is an input that cannot be read. */
const INGEST_CODES: Partial<Record<IngestErrorCode, ServiceErrorCode>> = {
  "too-large": "tooLarge",
  timeout: "timedOut",
  cancelled: "cancelled",
};
