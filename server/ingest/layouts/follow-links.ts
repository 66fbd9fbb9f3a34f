import { linkTargetPath } from "../archive/member-path";
import type { Link, RawText } from "../intake";

const MAX_HOPS = 40;

/**
 * Gives texts the names that links in the archive have for them: "proc/1738/net/tcp" is also "proc/net/tcp" where
 * proc/net links to self/net and self to 1738. Links to texts that were taken under their own name add nothing.
 */
export function followLinks(texts: readonly RawText[], links: readonly Link[]): readonly RawText[] {
  if (links.length === 0) return texts;
  const targets = new Map(links.map((link) => [link.path, link.target]));
  const netFolders = new Map<string, string>();
  for (const { path } of links) {
    if (!path.endsWith("proc/net")) continue;
    const folder = resolve(path, targets);
    if (folder !== undefined) netFolders.set(`${folder}/`, `${path}/`);
  }
  return texts.map((text) => renamed(text, netFolders));
}

function renamed(text: RawText, folders: ReadonlyMap<string, string>): RawText {
  const folder = text.name.slice(0, text.name.lastIndexOf("/") + 1);
  const linked = folders.get(folder);
  return linked === undefined ? text : { ...text, name: linked + text.name.slice(folder.length) };
}

/** Follows links part by part, inside the archive, for at most 40 hops (the kernel's own limit). */
function resolve(path: string, targets: ReadonlyMap<string, string>): string | undefined {
  let current = path;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const next = step(current, targets);
    if (next === undefined) return current;
    current = next;
  }
  return undefined;
}

function step(path: string, targets: ReadonlyMap<string, string>): string | undefined {
  for (let end = path.indexOf("/"); ; end = path.indexOf("/", end + 1)) {
    const prefix = end < 0 ? path : path.slice(0, end);
    const target = targets.get(prefix);
    if (target !== undefined) return linkTargetPath("", `${target}${path.slice(prefix.length)}`);
    if (end < 0) return undefined;
  }
}
