import { isIPv4, isIPv6 } from "node:net";

/** Host and port of an endpoint as ss, netstat and our parsers write it. */
export interface Endpoint {
  readonly host: string;
  /** With its colon: ":80", ":*"; empty where none is written. */
  readonly port: string;
}

// The port is what follows the last colon; a service name stays too: it says no more than the number.
const ENDPOINT = /^(.*?)(:(?:\*|\d{1,5}|[a-z][a-z0-9-]{0,14}))$/i;

/** Splits "10.0.0.1:80", "[fe80::1%eth0]:80", "*:*" or a bare address. */
export function splitEndpoint(text: string): Endpoint {
  if (isIPv6(bareHost(text))) return { host: text, port: "" };
  const [, host, port] = ENDPOINT.exec(text) ?? [];
  return host === undefined || port === undefined ? { host: text, port: "" } : { host, port };
}

/** The address without brackets and without the interface after "%". */
export function bareHost(host: string): string {
  const inner = host.startsWith("[") ? host.slice(1).replace("]", "") : host;
  const percent = inner.indexOf("%");
  return percent === -1 ? inner : inner.slice(0, percent);
}

const EVERYONES = new Set(["*", "0.0.0.0", "::", "::1", "localhost", "[::]", ""]);

/** Loopback and wildcard are the same on every machine: they tell nothing and explain much. */
export function isEveryonesAddress(host: string): boolean {
  const bare = bareHost(host).toLowerCase();
  if (EVERYONES.has(bare)) return true;
  const mapped = bare.startsWith("::ffff:") ? bare.slice(7) : bare;
  return mapped === "0.0.0.0" || (isIPv4(mapped) && mapped.startsWith("127."));
}

export function isIpAddress(host: string): boolean {
  const bare = bareHost(host);
  return isIPv4(bare) || isIPv6(bare);
}
