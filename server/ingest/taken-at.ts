import type { Draft } from "./formats/draft";
import type { Placed } from "./layouts/look-paths";

/** Text kept beside the others, so that the time survives when only the texts are stored. */
const FILE_TIMES = "file-times";

/** Clocks of archives that were never set. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
const CLOCK_FILES = /^proc\/(?:meminfo|vmstat|slabinfo|zoneinfo|buddyinfo)$/;
const SOS_NAME =
  /sosreport-[^/]*?-(\d{4})-(\d{2})-(\d{2})-[a-z]{7}|sosreport-[^/]*-(\d{4})(\d{2})(\d{2})\d{6}/;

export interface TimeSources {
  readonly draft: Draft;
  readonly files: readonly Placed[];
  readonly root: string;
  readonly inputName: string;
}

/**
 * When the snapshot was taken, ISO 8601 UTC: the collector's own word, the `date` member, the time the
 * archive gives for proc/meminfo and its like, the day in a sosreport's name. Undefined when nothing says it.
 */
export function findTakenAt(sources: TimeSources): string | undefined {
  const { draft } = sources;
  const stated = toIso(Date.parse(draft.facts.meta?.get("time") ?? ""));
  return stated ?? draft.facts.date ?? fromArchive(sources);
}

/** Repacking sets file times anew; the day in the report's name then knows better. */
function fromArchive(sources: TimeSources): string | undefined {
  const named = fromName(sources);
  const timed = fromFileTimes(sources);
  if (named === undefined || timed === undefined) return named ?? timed;
  const apart = Math.abs(Date.parse(named) - Date.parse(timed));
  return apart <= 2 * DAY_MS ? timed : named;
}

function fromFileTimes({ draft, files, root }: TimeSources): string | undefined {
  const stored = draft.texts.get(root + FILE_TIMES);
  if (stored !== undefined) return toIso(Date.parse(stored.trim().split(" ").at(-1) ?? ""));
  const times = files
    .filter(({ file }) => CLOCK_FILES.test(file.path))
    .map(({ file }) => file.mtimeMs ?? 0);
  const takenAt = toIso(Math.max(0, ...times));
  if (takenAt !== undefined) draft.texts.set(root + FILE_TIMES, `proc/meminfo ${takenAt}\n`);
  return takenAt;
}

function fromName({ root, inputName }: TimeSources): string | undefined {
  const match = SOS_NAME.exec(root) ?? SOS_NAME.exec(inputName);
  if (!match) return undefined;
  const [, year = match[4], month = match[5], day = match[6]] = match;
  return toIso(Date.UTC(Number(year), Number(month) - 1, Number(day)));
}

function toIso(milliseconds: number): string | undefined {
  if (!Number.isFinite(milliseconds) || milliseconds < EARLIEST_MS) return undefined;
  if (milliseconds > 8.64e15) return undefined;
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The second look's time: the first one's, moved on by as much as /proc/uptime moved. */
export function moveOn(takenAt: string, seconds: number): string {
  const moved = Date.parse(takenAt) + seconds * 1000;
  return toIso(moved) ?? takenAt;
}
