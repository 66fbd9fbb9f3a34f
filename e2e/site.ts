import { readFileSync } from "node:fs";
import type { APIRequestContext } from "@playwright/test";

/** Set apart, two runs on one machine stand beside each other; tests with servers of their own take the next ports. */
export const PORT = Number(process.env["MEMLEDGER_E2E_PORT"] ?? 4190);

/** The server under test; see playwright.config.ts. */
export const SITE = `http://127.0.0.1:${PORT}`;

export interface StoredSnapshot {
  readonly id: string;
  readonly path: string;
}

/** Calls a mutation as a page of the server at `site` would. */
export async function mutate(
  request: APIRequestContext,
  procedure: string,
  { site = SITE, input = {} }: { readonly site?: string; readonly input?: object } = {},
) {
  const answer = await request.post(`${site}/api/trpc/${procedure}`, {
    headers: { origin: site },
    data: { json: input },
  });
  const { result, error } = await answer.json();
  if (error !== undefined) throw new Error(`${procedure}: ${JSON.stringify(error)}`);
  return result.data.json;
}

/** Has the incident that ships with the project analysed; sent twice it is stored once. */
export async function storeExample(
  request: APIRequestContext,
  site = SITE,
): Promise<StoredSnapshot> {
  const { snapshots } = await mutate(request, "uploads.example", { site });
  return snapshots.at(-1);
}

/** Stores a capture of server/fixtures, as a collector would; sent twice it is stored once. */
export async function storeCapture(
  request: APIRequestContext,
  name: string,
): Promise<StoredSnapshot> {
  const file = new URL(`../server/fixtures/${name}/memsnap.tar.gz`, import.meta.url);
  const answer = await request.post(`${SITE}/api/v1/snapshots?name=${name}.tar.gz`, {
    headers: { "content-type": "application/gzip" },
    data: readFileSync(file),
  });
  const { snapshots } = await answer.json();
  return snapshots.at(-1);
}

/** A link to a masked copy of the snapshot, as the share dialog makes it. */
export async function shareSnapshot(
  request: APIRequestContext,
  id: string,
  site = SITE,
): Promise<string> {
  const { path } = await mutate(request, "diagnoses.share", {
    site,
    input: { id, expiresInDays: 1 },
  });
  return path;
}
