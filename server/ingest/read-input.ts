import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import type { ReadInput } from "../core/snapshot";
import { readFolder } from "./archive/folder-reader";
import { Budget, type IngestProgress } from "./budget";
import { IngestError, toIngestError } from "./ingest-error";
import { Intake } from "./intake";
import { followLinks } from "./layouts/follow-links";
import { type IngestLimits, withDefaults } from "./limits";
import { readContainer, readNested } from "./read-container";
import { assemble } from "./read-texts";

export interface ReadOptions {
  readonly limits?: Partial<IngestLimits>;
  /** Name of the input as the user gave it; else the last part of the path. */
  readonly inputName?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/**
 * Reads a file of any kind (archive, compressed or plain text) or a folder into snapshots, oldest first.
 *
 * What is damaged, too large or unknown in it is named in `errors` and in each snapshot's `unreadable`; what could be
 * read stays. Throws IngestError only when nothing could. Writes nothing, follows no link out of the input.
 */
export async function readInputFile(path: string, options: ReadOptions = {}): Promise<ReadInput> {
  const inputName = options.inputName ?? basename(resolve(path));
  const intake = newIntake(options);
  try {
    const info = await stat(path);
    const sha256 = info.isDirectory()
      ? await takeFolder(path, intake, inputName)
      : await takeFile(path, intake, { inputName, size: info.size, isFile: info.isFile() });
    return finish(intake, { inputName, sha256 });
  } catch (error) {
    throw toIngestError(error, inputName);
  }
}

/** Reads a pasted text, which may hold several outputs one below the other. Errors as readInputFile. */
export async function readInputText(
  name: string,
  text: string,
  options: ReadOptions = {},
): Promise<ReadInput> {
  const inputName = options.inputName ?? name;
  const bytes = Buffer.from(text, "utf8");
  const intake = newIntake(options);
  if (text.trim() === "") throw new IngestError("empty", `${inputName}: the text is empty`);
  intake.budget.tookIn(bytes.length);
  intake.addText(basename(name), bytes);
  return finish(intake, { inputName, sha256: createHash("sha256").update(bytes).digest("hex") });
}

function newIntake({ limits, signal, onProgress }: ReadOptions): Intake {
  return new Intake(new Budget({ limits: withDefaults(limits), signal, onProgress }));
}

function finish(intake: Intake, input: { inputName: string; sha256: string }): ReadInput {
  for (const [root, lines] of intake.fdLinks) {
    intake.texts.push({ name: `${root}pids.fd`, text: `${lines.join("\n")}\n` });
  }
  return assemble({
    texts: followLinks(intake.texts, intake.links),
    input,
    notes: intake.notes,
    errors: intake.errors,
    isMustGather: intake.isMustGather,
  });
}

interface FileFacts {
  readonly inputName: string;
  readonly size: number;
  readonly isFile: boolean;
}

async function takeFile(path: string, intake: Intake, facts: FileFacts): Promise<string> {
  const { inputName, size, isFile } = facts;
  if (!isFile) throw new IngestError("unreadable", `${inputName}: not a file or folder`);
  if (size > intake.budget.limits.bytesIn) intake.budget.tookIn(size);
  intake.budget.bytesTotal = size;
  const hash = createHash("sha256");
  let seen = 0;
  const source = countedBytes(path, intake.budget, (piece) => {
    hash.update(piece);
    seen += piece.length;
  });
  const container = {
    name: basename(inputName) || basename(path),
    path,
    inputName,
    prefix: "",
    depth: 0,
  };
  await keepingTheGoodPart(intake, inputName, () => readContainer(source, intake, container));
  return seen === size ? hash.digest("hex") : hashFile(path);
}

const OWN_NUMBERS =
  /(?:^|\/)(?:(?:meminfo|slabinfo)[^/]*|basic-(?:environment|health-check)\.txt)$/;

async function takeFolder(path: string, intake: Intake, inputName: string): Promise<string> {
  await keepingTheGoodPart(intake, inputName, async () => {
    await readFolder(path, {
      maxDepth: intake.budget.limits.folderDepth,
      entry: (entry) => intake.member({ ...entry, rawPath: entry.path }, ""),
      damage: (name, message) => intake.note(name, message),
      read: (bytes) => intake.budget.tookIn(bytes),
    });
    // A folder that is itself a snapshot may hold its own archive beside: that would be the same twice.
    const hasOwn = intake.texts.some(({ name }) => OWN_NUMBERS.test(name));
    if (hasOwn) noteUnopened(intake);
    await readNested(intake, inputName, 0);
  });
  const hash = createHash("sha256");
  for (const { name, text } of intake.texts) hash.update(`${name}\0${text}\0`);
  return hash.digest("hex");
}

function noteUnopened(intake: Intake): void {
  for (const { name } of intake.takeNested()) {
    intake.note(
      name,
      "an archive in a folder that is a snapshot itself; upload it alone to read it",
    );
  }
}

/** A limit, a cut or damage ends the reading; what was taken before stays, and the error is told. */
async function keepingTheGoodPart(
  intake: Intake,
  inputName: string,
  read: () => Promise<void>,
): Promise<void> {
  try {
    await read();
  } catch (error) {
    const known = toIngestError(error, inputName);
    if (intake.texts.length === 0 || known.code === "cancelled") throw known;
    intake.errors.push({ file: inputName, code: known.code, message: known.message });
  }
}

async function* countedBytes(
  path: string,
  budget: Budget,
  see: (piece: Buffer) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(path, { highWaterMark: 256 * 1024 })) {
    if (!Buffer.isBuffer(piece)) continue;
    budget.tookIn(piece.length);
    see(piece);
    yield piece;
  }
}

/** For inputs that were not read to their end in order: zip, and what a limit or damage cut short. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if (Buffer.isBuffer(piece)) hash.update(piece);
  }
  return hash.digest("hex");
}
