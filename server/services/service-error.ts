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
  constructor(code: ServiceErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
