/**
 * A member's name as a path below the archive's root: no "..", no leading "/", no empty or "." parts, no NUL.
 * Undefined when nothing is left, or when it climbs out of the root.
 */
export function normalisePath(raw: string): string | undefined {
  const nul = raw.indexOf("\0");
  const name = nul < 0 ? raw : raw.slice(0, nul);
  // Most names are clean: the slow way costs an array per member.
  if (!NEEDS_WORK.test(name)) return name === "" ? undefined : name;
  return resolveParts(name.replace(DRIVE, "").split(SEPARATOR));
}

function resolveParts(names: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const part of names) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 ? undefined : parts.join("/");
}

const SEPARATOR = /[/\\]/;
/** Zip files packed on Windows. */
const DRIVE = /^[A-Za-z]:(?=[/\\])/;
const NEEDS_WORK = /^\/|^\.|\/\/|\/\.{1,2}(?:\/|$)|\/$|\\|^[A-Za-z]:/;

/** Where a link inside the archive points to, as a path below its root; undefined when it leaves the root. */
export function linkTargetPath(linkPath: string, target: string): string | undefined {
  if (target.startsWith("/")) return normalisePath(target);
  const folder = linkPath.slice(0, linkPath.lastIndexOf("/") + 1);
  return normalisePath(`${folder}${target}`);
}
