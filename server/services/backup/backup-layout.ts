/** Names inside a backup. `store/` is the engine's own, `folder/` what else is kept in the data folder. */
export const MANIFEST = "manifest.json";
export const MANIFEST_SHA256 = "manifest.sha256";
export const STORE = "store";
export const FOLDER = "folder";

/**
 * What is taken along beside the tables. Not the key that signs sessions: whoever gets hold of a backup could make
 * himself one; after a restore everybody signs in again.
 */
export const FOLDER_FILES = ["access.json", "test-clock.json"] as const;
/** Folders of files named by a SHA-256. */
export const FOLDER_OF_HASHES = ["archives", "removals"] as const;

const HASH = /^[0-9a-f]{64}$/;
const SEGMENT = /^(?!\.{1,2}$)[\w.%+=@,-]{1,255}$/;

/** Whether a name can be that of a file in a backup: below the folder, and one that we put there. */
export function isBackupPath(name: string): boolean {
  if (name === MANIFEST || name === MANIFEST_SHA256) return true;
  const [room, ...rest] = name.split("/");
  if (rest.length === 0 || !rest.every((segment) => SEGMENT.test(segment))) return false;
  return room === STORE || (room === FOLDER && isFolderFile(rest));
}

function isFolderFile([first = "", second, ...more]: readonly string[]): boolean {
  if (more.length > 0) return false;
  if (second === undefined) return FOLDER_FILES.some((name) => name === first);
  return FOLDER_OF_HASHES.some((name) => name === first) && HASH.test(second);
}
