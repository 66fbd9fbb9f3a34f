import { isUsableNodeName } from "../core/node-name";

/** A snapshot is named after the content it came from, so the same upload gives the same links. */
export function snapshotId(sha256: string, index: number): string {
  return `${sha256.slice(0, 16)}-${index}`;
}

/** The key a node is filed under: its host name, else a name made of the content hash. */
export function nodeKey(hostname: string | undefined, sha256: string): string {
  if (hostname !== undefined && isUsableNodeName(hostname)) return hostname;
  return `unknown-${sha256.slice(0, 12)}`;
}

/** What the ids of all snapshots of one upload begin with. */
export function uploadPrefix(id: string): string {
  return id.slice(0, id.lastIndexOf("-") + 1);
}

export function nodePath(node: string): string {
  return `/nodes/${encodeURIComponent(node)}`;
}

export function snapshotPath(node: string, id: string): string {
  return `${nodePath(node)}/${id}`;
}
