import http from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";

interface StoreOptions {
  /** `http://user:password@host:port/database` of a ClickHouse server or of the embedded engine. */
  readonly url: string;
}

// A dead engine is up again in about two seconds; an upload waits for it rather than fail.
const CONNECT_MS = 10_000;
const RETRY_MS = 100;
const REQUEST_MS = 120_000;
const CONNECTIONS = 10;

const shared: typeof globalThis & { memledgerStore?: Map<string, ClickHouseClient> } = globalThis;

/**
 * The database client of this process: one per URL, kept on globalThis because the development server
 * loads this module anew after every change.
 */
export function openStore({ url }: StoreOptions): ClickHouseClient {
  shared.memledgerStore ??= new Map();
  const known = shared.memledgerStore.get(url);
  if (known) return known;
  const client = connectStore({ url });
  shared.memledgerStore.set(url, client);
  return client;
}

/** A client of its own, to be closed by the caller. Its requests wait while the engine is being restarted. */
export function connectStore({ url }: StoreOptions): ClickHouseClient {
  const options = {
    url,
    application: "memledger",
    request_timeout: REQUEST_MS,
    // Every failure is thrown to a caller who reports it; printed here it would stand twice.
    log: { level: ClickHouseLogLevel.OFF },
  };
  if (new URL(url).protocol !== "http:") return createClient(options);
  const agent = new PatientAgent({ keepAlive: true, maxSockets: CONNECTIONS });
  return createClient({ ...options, http_agent: agent });
}

/**
 * Tries again for a while when nobody listens. Only connecting is repeated: a request that broke off half
 * way may have been carried out, so its error goes to the caller, who knows whether it may be repeated.
 */
class PatientAgent extends http.Agent {
  override createConnection(
    options: http.ClientRequestArgs,
    callback: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    const deadline = Date.now() + CONNECT_MS;
    const attempt = () => {
      const socket = net.connect({ host: options.host ?? "127.0.0.1", port: Number(options.port) });
      const failed = (error: NodeJS.ErrnoException) => {
        if (error.code === "ECONNREFUSED" && Date.now() < deadline) setTimeout(attempt, RETRY_MS);
        else callback(error, socket);
      };
      socket.once("error", failed);
      socket.once("connect", () => {
        socket.off("error", failed);
        callback(null, socket);
      });
    };
    attempt();
  }
}
