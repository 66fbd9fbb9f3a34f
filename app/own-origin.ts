import { headers } from "next/headers";

/** This server's address as the reader's browser knows it, for commands to copy; absent when it is not plain. */
export async function ownOrigin(): Promise<string | undefined> {
  const sent = await headers();
  return originFrom({
    host: sent.get("x-forwarded-host") ?? sent.get("host"),
    protocol: sent.get("x-forwarded-proto"),
  });
}

/** What stands here is run in a shell: a host may be a name or an address with a port, nothing else. */
const HOST = /^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i;

export function originFrom(sent: {
  readonly host: string | null;
  readonly protocol: string | null;
}): string | undefined {
  if (sent.host === null || !HOST.test(sent.host)) return undefined;
  return `${sent.protocol === "https" ? "https" : "http"}://${sent.host}`;
}
