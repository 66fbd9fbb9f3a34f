import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { EngineError } from "./engine-error";
import type { Statement } from "./session-pool";

/** A statement and, for an insert, its rows, still as bytes. */
export interface IncomingStatement extends Statement {
  readonly data: Buffer;
  /** Format of the answer, from the statement or `default_format`. */
  readonly format: string;
}

// A JavaScript string ends at 512 MiB; one upload's texts stay far below.
const MAX_BODY_BYTES = 256 * 1024 * 1024;

// Parts of the HTTP interface, not settings of the query.
const NOT_SETTINGS = new Set([
  "query",
  "query_id",
  "database",
  "default_format",
  "session_id",
  "session_timeout",
  "session_check",
  "role",
  "user",
  "password",
  "compress",
  "decompress",
  "enable_http_compression",
  "wait_end_of_query",
  "buffer_size",
  "send_progress_in_http_headers",
  "http_headers_progress_interval_ms",
]);

const READS = /^(?:SELECT|WITH|SHOW|DESC|DESCRIBE|EXISTS|EXPLAIN|VALUES)\b/i;

/**
 * Reads a request of ClickHouse's HTTP interface: the statement in `?query=` or the body, parameters as
 * `param_NAME`, any other name as a setting.
 *
 * @throws EngineError when the body is too large, is not gzip where it says so, or names a database we have not.
 */
export async function readStatement(
  request: IncomingMessage,
  url: URL,
): Promise<IncomingStatement> {
  const body = await readBody(request);
  const inUrl = url.searchParams.get("query");
  const sql = (inUrl ?? body.toString("utf8")).trim();
  refuseOtherDatabase(url.searchParams.get("database"));
  return {
    sql,
    data: inUrl === null ? Buffer.alloc(0) : body,
    format: findFormat(sql) ?? url.searchParams.get("default_format") ?? "TabSeparated",
    isWrite: !READS.test(withoutComments(sql)),
    ...readNames(url.searchParams),
  };
}

function readNames(search: URLSearchParams): Pick<Statement, "settings" | "params"> {
  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  for (const [name, value] of search) {
    if (name.startsWith("param_")) params.set(name.slice("param_".length), value);
    else if (!NOT_SETTINGS.has(name)) settings.set(name, value);
  }
  return { settings, params };
}

function refuseOtherDatabase(database: string | null): void {
  if (database === null || database === "" || database === "default") return;
  throw new EngineError(
    81,
    "UNKNOWN_DATABASE",
    `The embedded engine has one database, default; not ${database.slice(0, 100)}`,
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const encoding = request.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "gzip" && encoding !== "identity")
    throw new EngineError(48, "NOT_IMPLEMENTED", `Content-Encoding ${encoding} is not supported`);
  const source: Readable = encoding === "gzip" ? gunzipOf(request) : request;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError(354, "ZLIB_INFLATE_FAILED", `The body cannot be read: ${String(error)}`);
  }
  return Buffer.concat(chunks, size);
}

function gunzipOf(request: IncomingMessage): Readable {
  const gunzip = createGunzip();
  // pipe() does not carry an error on: a client that goes away in the middle must not leave the reader waiting.
  request.once("error", (error) => gunzip.destroy(error));
  request.once("aborted", () => gunzip.destroy(new Error("the client went away")));
  return request.pipe(gunzip);
}

function tooLarge(): EngineError {
  return new EngineError(307, "TOO_MANY_BYTES", `A body holds at most ${MAX_BODY_BYTES} bytes`);
}

/** The statement without comments before its first word. */
function withoutComments(sql: string): string {
  let rest = sql.trimStart();
  while (rest.startsWith("--") || rest.startsWith("/*")) {
    const end = rest.startsWith("--") ? rest.indexOf("\n") : rest.indexOf("*/") + 1;
    if (end <= 0) return "";
    rest = rest.slice(end + 1).trimStart();
  }
  return rest.replace(/^\(+/, "");
}

function findFormat(sql: string): string | undefined {
  // Only the tail is searched: a format stands last, before settings at most.
  return /\bFORMAT\s+(\w+)[^']{0,500}$/i.exec(sql.slice(-600))?.[1];
}
