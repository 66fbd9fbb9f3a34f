import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createGzip, type Gzip } from "node:zlib";
import { describeError } from "./engine-error";

/** Where the answer of one statement goes. Headers leave with the first bytes, so that an error before them has its own status. */
export interface Answer {
  /** True once the client has gone: nothing more needs to be computed. */
  readonly isGone: boolean;
  write(chunk: Uint8Array): Promise<void>;
  end(summary?: Readonly<Record<string, string>>): void;
  /** Reports an error after the first bytes, the way ClickHouse 25.11 and its client agree on. */
  fail(error: unknown): void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
}

export function openAnswer({ request, response, url }: Exchange, format: string): Answer {
  const tag = randomBytes(8).toString("hex");
  const isGzip = wantsGzip(request, url);
  let gzip: Gzip | undefined;
  const start = (summary: Readonly<Record<string, string>> = {}) => {
    if (response.headersSent) return;
    response.writeHead(200, {
      "Content-Type": contentType(format),
      "X-ClickHouse-Format": format,
      "X-ClickHouse-Query-Id": url.searchParams.get("query_id") ?? "",
      "X-ClickHouse-Summary": JSON.stringify(summary),
      "X-ClickHouse-Exception-Tag": tag,
      ...(isGzip ? { "Content-Encoding": "gzip" } : {}),
    });
    if (!isGzip) return;
    gzip = createGzip({ level: 1 });
    gzip.pipe(response);
  };
  const sink = () => gzip ?? response;
  return {
    get isGone() {
      return response.destroyed;
    },
    async write(chunk) {
      start();
      if (!sink().write(chunk) && !response.destroyed) await drained(sink(), response);
    },
    end(summary) {
      start(summary);
      sink().end();
    },
    fail(error) {
      if (!response.headersSent) throw error;
      sink().end(exceptionBlock(describeError(error).text, tag));
    },
  };
}

async function drained(sink: Gzip | ServerResponse, response: ServerResponse): Promise<void> {
  const left = new AbortController();
  const closed = () => left.abort();
  response.once("close", closed);
  // A client that leaves never drains; waiting for it would hold its connection to the engine for ever.
  await once(sink, "drain", { signal: left.signal }).catch(() => undefined);
  response.off("close", closed);
}

function exceptionBlock(text: string, tag: string): string {
  const message = `${text}\n`;
  const size = Buffer.byteLength(message);
  return `\r\n__exception__\r\n${tag}\r\n${message}${size} ${tag}\r\n__exception__\r\n`;
}

function wantsGzip(request: IncomingMessage, url: URL): boolean {
  return (
    url.searchParams.get("enable_http_compression") === "1" &&
    /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))
  );
}

function contentType(format: string): string {
  if (format === "JSONEachRow" || format === "JSONCompactEachRow") return "application/x-ndjson";
  if (format.startsWith("JSON")) return "application/json; charset=UTF-8";
  return "text/plain; charset=UTF-8";
}
