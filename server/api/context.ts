import type { Credentials } from "../services/access/access";
import { SESSION_COOKIE, SESSION_SECONDS } from "../services/access/session-cookie";
import type { Services } from "../services/services";

/** What a procedure works with: the use cases, who calls, and the reply's cookies. */
export interface ApiContext {
  readonly services: Services;
  readonly credentials: Credentials;
  /** Adds a Set-Cookie header to the reply; absent where a page is rendered, which sets none. */
  readonly setCookie?: (cookie: string) => void;
}

/** Reads from a request's headers who calls. Nothing else in them is believed. */
export function credentialsOf(headers: Headers): Credentials {
  const host = headers.get("host");
  const origin = headers.get("origin");
  const fetchSite = headers.get("sec-fetch-site");
  const bearer = /^Bearer (\S{1,1024})$/i.exec(headers.get("authorization") ?? "")?.[1];
  const session = readCookie(headers.get("cookie") ?? "", SESSION_COOKIE);
  return {
    ...(host !== null && { host }),
    ...(origin !== null && { origin }),
    ...(fetchSite !== null && { fetchSite }),
    ...(bearer !== undefined && { bearer }),
    ...(session !== undefined && { session }),
  };
}

function readCookie(header: string, name: string): string | undefined {
  for (const pair of header.split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value !== undefined) return value;
  }
  return undefined;
}

/** `Secure` only where the browser speaks TLS: over plain HTTP it would drop the cookie. */
export function sessionCookie(value: string, { origin }: Credentials): string {
  const secure = origin?.startsWith("https:") ? "; Secure" : "";
  return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${SESSION_SECONDS}; HttpOnly; SameSite=Strict${secure}`;
}

export const EXPIRED_COOKIE = `${SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict`;
