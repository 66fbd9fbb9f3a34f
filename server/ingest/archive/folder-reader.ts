import { constants } from "node:fs";
import { type FileHandle, open, opendir, readlink } from "node:fs/promises";
import type { MemberSink, TarEntry } from "./tar-reader";

export interface FolderHandler {
  entry(entry: TarEntry): MemberSink | undefined;
  damage(path: string, message: string): void;
  /** Called with the size of every piece read; may throw to stop. */
  read(bytes: number): void;
  readonly maxDepth: number;
}

interface Walk {
  readonly root: string;
  readonly handler: FolderHandler;
}

/**
 * Reads a folder like an archive: links are noted, never followed, so nothing outside the folder is opened.
 * Works on a live /proc as well, whose files say that they have no bytes.
 */
export async function readFolder(root: string, handler: FolderHandler): Promise<void> {
  await readLevel({ root, handler }, "", 0);
}

async function readLevel(walk: Walk, folder: string, depth: number): Promise<void> {
  const { handler } = walk;
  if (depth > handler.maxDepth) {
    handler.damage(folder, "folders lie too deep in each other; it was left out");
    return;
  }
  const entries = await listFolder(walk, folder);
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) await readLevel(walk, path, depth + 1);
    else if (entry.isSymbolicLink()) await noteLink(walk, path);
    else if (entry.isFile()) await readMember(walk, path);
    else handler.entry({ path, kind: "other", size: 0, linkTarget: "" });
  }
}

/** Sorted, so that the same folder gives the same result on every file system. */
async function listFolder({ root, handler }: Walk, folder: string) {
  const entries = [];
  try {
    for await (const entry of await opendir(`${root}/${folder}`)) entries.push(entry);
  } catch (error) {
    if (folder === "") throw error;
    handler.damage(folder, reason(error));
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function noteLink({ root, handler }: Walk, path: string): Promise<void> {
  try {
    const linkTarget = await readlink(`${root}/${path}`);
    handler.entry({ path, kind: "symlink", size: 0, linkTarget });
  } catch (error) {
    handler.damage(path, reason(error));
  }
}

async function readMember({ root, handler }: Walk, path: string): Promise<void> {
  const sink = handler.entry({ path, kind: "file", size: 0, linkTarget: "" });
  if (!sink) return;
  let file: FileHandle | undefined;
  try {
    // Not following and not waiting: a file may have become a link or a pipe since it was listed.
    file = await open(
      `${root}/${path}`,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    await pour(file, sink, handler);
  } catch (error) {
    if (error instanceof Error && error.name === "IngestError") throw error;
    handler.damage(path, reason(error));
  } finally {
    await file?.close();
  }
}

async function pour(file: FileHandle, sink: MemberSink, handler: FolderHandler): Promise<void> {
  const piece = Buffer.allocUnsafe(256 * 1024);
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, piece.length, null);
    if (bytesRead === 0) break;
    handler.read(bytesRead);
    sink.write(piece.subarray(0, bytesRead));
  }
  sink.end(true);
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  return error instanceof Error ? error.message : String(error);
}
