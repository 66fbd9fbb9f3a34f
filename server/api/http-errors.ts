import { type ServiceErrorCode, toServiceError } from "../services/service-error";

const HTTP_STATUS: Record<ServiceErrorCode, number> = {
  notFound: 404,
  gone: 410,
  badInput: 400,
  tooLarge: 413,
  timedOut: 408,
  cancelled: 499,
  conflict: 409,
  busy: 429,
  storeAway: 503,
  notAllowed: 403,
  needsSecret: 401,
};

const EXTRA_HEADERS: Partial<Record<ServiceErrorCode, Record<string, string>>> = {
  busy: { "Retry-After": "5" },
  storeAway: { "Retry-After": "5" },
  needsSecret: { "WWW-Authenticate": "Bearer" },
};

/**
 * What curl gets when something goes wrong: `{ "error": { "code", "message" } }`. A file that cannot be
 * read is 422 with the reader's own code; a bug is 500 and says nothing more.
 */
export function errorResponse(error: unknown): Response {
  const known = toServiceError(error);
  if (!known) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    const message = "Something went wrong on the server; its log says what.";
    return Response.json({ error: { code: "internal", message } }, { status: 500 });
  }
  const isUnreadable = known.code === "badInput" && known.reason !== undefined;
  return Response.json(
    { error: { code: known.reason ?? known.code, message: known.message } },
    {
      status: isUnreadable ? 422 : HTTP_STATUS[known.code],
      headers: EXTRA_HEADERS[known.code] ?? {},
    },
  );
}
