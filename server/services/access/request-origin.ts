/** The headers that say where a request comes from. */
export interface RequestOrigin {
  readonly host?: string;
  readonly origin?: string;
  /** Sec-Fetch-Site: set by browsers, which do not let pages change it. */
  readonly fetchSite?: string;
}

const LOOPBACK_NAME =
  /^(?:localhost|[a-z0-9-]{1,63}\.localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * True when the address bar of the caller can only have named this machine. A page of an attacker
 * whose name is made to point at 127.0.0.1 (DNS rebinding) still sends its own name in Host.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && LOOPBACK_NAME.test(host);
}

/** True for an address that only this machine can reach a listener on. */
export function isLoopbackBind(address: string): boolean {
  return isLoopbackHost(address.includes(":") ? `[${address.replace(/^\[|\]$/g, "")}]` : address);
}

/**
 * False when a page of another site sends the request. Programs such as curl send neither header and
 * hold no cookie that could be misused; they pass.
 */
export function isSameOrigin({ host, origin, fetchSite }: RequestOrigin): boolean {
  if (fetchSite !== undefined && fetchSite !== "same-origin" && fetchSite !== "none") return false;
  if (origin === undefined) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
