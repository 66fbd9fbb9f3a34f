/** A snapshot is named after the content it came from, so the same upload gives the same links. */
export function snapshotId(sha256: string, index: number): string {
  return `${sha256.slice(0, 16)}-${index}`;
}

// RFC 1123 allows letters, digits, hyphen and dot; underscores, colons and other scripts are seen in
// the wild. Refused is what breaks a URL path or a terminal: control characters, separators, "." and "..".
const USABLE = /^(?!\.{1,2}$)[^\p{C}\p{Z}/\\]{1,253}$/u;

/** The key a node is filed under: its host name, else a name made of the content hash. */
export function nodeKey(hostname: string | undefined, sha256: string): string {
  if (hostname !== undefined && USABLE.test(hostname)) return hostname;
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
