import { createHash, timingSafeEqual } from "node:crypto";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import { describeError, EngineError } from "./engine-error";
import type { FreeSpaceGuard } from "./free-space";
import { openAnswer } from "./http-answer";
import { type IncomingStatement, readStatement } from "./read-statement";
import { runStatement } from "./run-statement";
import type { SessionPool } from "./session-pool";

interface FrontOptions {
  readonly pool: SessionPool;
  readonly space: FreeSpaceGuard;
  /** Of the user `default`. */
  readonly password: string;
}

/** Parameters stand in the address, which may be as long as at a ClickHouse server (`http_max_uri_size`). */
const LONGEST_HEADER = 1024 * 1024;

/**
 * The part of ClickHouse's HTTP interface that its own client uses, so that embedded or server is only a URL.
 * Listens nowhere yet; the caller binds it to 127.0.0.1.
 */
export function createFront(options: FrontOptions): http.Server {
  const server = http.createServer({ maxHeaderSize: LONGEST_HEADER }, (request, response) => {
    answer(options, request, response).catch((error) => {
      // The client went away in the middle of its answer: nobody is left to tell.
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  // The client drops idle sockets after 2.5 s; ours must outlive them, or it writes into a closed one.
  server.keepAliveTimeout = 10_000;
  server.requestTimeout = 0;
  return server;
}

async function answer(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  if (url.pathname === "/ping") {
    response.end("Ok.\n");
    return;
  }
  try {
    checkPassword(options.password, request, url);
    const statement = await readStatement(request, url);
    await respond(options, statement, { request, response, url });
  } catch (error) {
    if (response.headersSent) throw error;
    fail(response, error);
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

async function respond(
  { pool, space }: FrontOptions,
  statement: IncomingStatement,
  exchange: Exchange,
): Promise<void> {
  if (/^INSERT\b/i.test(statement.sql))
    await space.requireFor(statement.sql, statement.data.length);
  const output = openAnswer(exchange, statement.format);
  await runStatement(pool, statement, output);
}

function fail(response: ServerResponse, error: unknown): void {
  const { status, code, text } = describeError(error);
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=UTF-8",
    "X-ClickHouse-Exception-Code": String(code),
  });
  response.end(`${text}\n`);
}

function checkPassword(password: string, request: IncomingMessage, url: URL): void {
  if (isSame(givenPassword(request, url), password)) return;
  throw new EngineError(516, "AUTHENTICATION_FAILED", "default: Authentication failed");
}

function givenPassword(request: IncomingMessage, url: URL): string {
  const header = request.headers["x-clickhouse-key"];
  if (typeof header === "string") return header;
  const basic = /^Basic (\S{1,4096})$/.exec(request.headers.authorization ?? "")?.[1];
  if (basic === undefined) return url.searchParams.get("password") ?? "";
  return Buffer.from(basic, "base64")
    .toString("utf8")
    .replace(/^[^:]*:/, "");
}

/** Compares digests, so that neither length nor content shows in the time it takes. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
