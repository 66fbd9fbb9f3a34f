import type { UploadProblem } from "./upload-queue";

interface ServerAnswer {
  readonly code: string;
  readonly message: string;
}

const ADVICE: Readonly<Record<string, string>> = {
  PAYLOAD_TOO_LARGE:
    "Leave large logs out of the archive, or send only /proc and /sys: the collector's archive is a few MB.",
  UNAUTHORIZED: "You are no longer signed in. Sign in in another tab, then try again.",
  FORBIDDEN: "This server does not let you upload.",
  TOO_MANY_REQUESTS: "The server is busy with other uploads. Try again in a minute.",
  UNSUPPORTED_MEDIA_TYPE: "Send an archive, or paste the text of the file.",
};

/** Answers that will be the same when the same bytes are sent again. */
const FINAL_CODES = new Set([
  "BAD_REQUEST",
  "PARSE_ERROR",
  "PAYLOAD_TOO_LARGE",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "NOT_FOUND",
  "METHOD_NOT_SUPPORTED",
  "CONFLICT",
  "PRECONDITION_FAILED",
  "UNSUPPORTED_MEDIA_TYPE",
  "UNPROCESSABLE_CONTENT",
]);

/** True when sending the same slice again may succeed: the line broke, or the server was busy. */
export function isPassingFailure(error: unknown): boolean {
  const answer = answerOf(error);
  return answer === undefined || !FINAL_CODES.has(answer.code);
}

/** What to tell the reader about a failed upload. */
export function explainFailure(error: unknown): UploadProblem {
  const answer = answerOf(error);
  if (answer === undefined)
    return {
      message: "The connection to the server was lost.",
      advice: "Nothing is lost: “Try again” goes on from the last byte the server has.",
      canResume: true,
    };
  const advice = ADVICE[answer.code];
  return {
    message: answer.message,
    canResume: !FINAL_CODES.has(answer.code),
    ...(advice === undefined ? {} : { advice }),
  };
}

/** The code and message of a tRPC error; undefined when no server answered. */
function answerOf(error: unknown): ServerAnswer | undefined {
  if (!(error instanceof Error) || !("data" in error)) return undefined;
  const { data } = error;
  if (typeof data !== "object" || data === null || !("code" in data)) return undefined;
  return { code: String(data.code), message: error.message };
}
