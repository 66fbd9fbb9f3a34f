import { kibToBytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { memoryCgroupPath } from "./pid-lines";
import type { ProcessRow } from "./process";
import { noteSkipped, nothingUsable, readCount, type TextLine, textLines } from "./text-lines";

type Cells = ReadonlyMap<string, string>;
type Draft = { -readonly [Field in keyof ProcessRow]: ProcessRow[Field] };

interface Columns {
  readonly names: readonly string[];
  /** Column whose cell may hold spaces: the command, wherever it stands, else the last one. */
  readonly wideAt: number;
}

const COMMAND_COLUMNS: ReadonlySet<string> = new Set(["COMMAND", "CMD", "ARGS", "UCMD", "COMM"]);
/** RSS, and what ps prints for rsz and rssize; PSS of procps 3.3.17 and later. */
const RSS_COLUMNS = ["RSS", "RSZ", "RES"];
const SIZE_COLUMNS = ["RSS", "RSZ", "PSS"];
/** Headings by what people write for them. */
const KNOWN: ReadonlyMap<string, string> = new Map([
  ...["PID", "PPID", "USER", "UID", "RSS", "RSZ", "PSS", "VSZ", "%MEM", "%CPU", "STAT"].map(
    (name): [string, string] => [name, name],
  ),
  ...["TIME", "ELAPSED", "NLWP", "TTY", "COMMAND", "CMD", "ARGS"].map((name): [string, string] => [
    name,
    name,
  ]),
  ["COMM", "COMMAND"],
  ["NAME", "COMMAND"],
  ["PMEM", "%MEM"],
  ["PCPU", "%CPU"],
  ["STATE", "STAT"],
]);
const WEEKDAY = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)$/;
const MONTH = /^(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)$/;
const MAX_COLUMNS = 40;
const MAX_ROW = 65_536;
// TASK_COMM_LEN without its NUL: what ss and /proc/<pid>/comm would print.
const COMM_LENGTH = 15;

/**
 * `ps` with any column set that has a header with PID: aux, auxfwww, auxwwwm, alx, -ef, -elfL, axo …, also
 * with headings of one's own where all of them are known words in any case ("Pid Rss Command").
 *
 *     USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND
 *     nobody      1163  0.0  0.0  13524  6124 ?        T    20:19   0:00 nginx: worker process
 *
 * RSS is printed in KiB and given in bytes. Rows of threads (PID "-", or LWP other than PID) are left out;
 * with `m` the state stands in the first thread's row and is taken from there.
 * comm comes from a bare COMMAND, else from the command line's first word without its path: a guess, at most 15 characters.
 * Throws ParseError when there is no header with PID or no row below it.
 *
 * Source: procps-ng ps(1), "STANDARD FORMAT SPECIFIERS".
 */
export function parsePs(text: string): Parsed<readonly ProcessRow[]> {
  const listing: Listing = { columns: undefined, processes: new Map(), last: undefined };
  const skipped: SkippedLine[] = [];
  for (const line of textLines(text)) {
    if (!readProcessOrThread(line, listing) && !startsTable(line, listing)) {
      noteSkipped(skipped, line);
    }
  }
  if (listing.processes.size === 0) throw nothingUsable("ps", text);
  return { value: [...listing.processes.values()], skipped };
}

interface Listing {
  columns: Columns | undefined;
  readonly processes: Map<number, Draft>;
  /** The process whose threads may follow. */
  last: Draft | undefined;
}

function readProcessOrThread(line: TextLine, listing: Listing): boolean {
  const cells = listing.columns && readCells(line.text, listing.columns);
  if (!cells) return false;
  if (isThreadRow(cells)) {
    if (listing.last) takeState(listing.last, cells);
    return true;
  }
  if (readCount(cells.get("PID")) === undefined) return false;
  const draft = readProcess(cells, line);
  listing.last = draft;
  // A paste may hold several listings: the first word on a process stands.
  if (!listing.processes.has(draft.pid)) listing.processes.set(draft.pid, draft);
  return true;
}

function startsTable(line: TextLine, listing: Listing): boolean {
  const columns = readHeader(line.text);
  if (columns) listing.columns = columns;
  return columns !== undefined;
}

function readHeader(text: string): Columns | undefined {
  if (text.length > MAX_ROW) return undefined;
  const names = text.split(/\s+/);
  if (!names.includes("PID") || names.some((name) => name !== name.toUpperCase())) {
    return ownHeader(names);
  }
  return columnsOf(names);
}

function columnsOf(names: readonly string[]): Columns | undefined {
  if (names.length < 2 || names.length > MAX_COLUMNS) return undefined;
  const commandAt = names.findIndex((name) => COMMAND_COLUMNS.has(name));
  return { names, wideAt: commandAt < 0 ? names.length - 1 : commandAt };
}

/** Headings that the caller chose ("-o pid=Pid,rss=Rss"): only where each of them is a known word. */
function ownHeader(names: readonly string[]): Columns | undefined {
  const known = names.map((name) => (name.length > 9 ? undefined : KNOWN.get(name.toUpperCase())));
  if (!known.includes("PID") || known.includes(undefined)) return undefined;
  return columnsOf(known.filter((name) => name !== undefined));
}

/** The line is a heading of ps that says how large processes are, or names their commands. */
export function isPsHeading(line: string): boolean {
  const names = readHeader(line.trim())?.names ?? [];
  return names.some((name) => SIZE_COLUMNS.includes(name) || COMMAND_COLUMNS.has(name));
}

/** Cells from the left up to the command, then from the right: only the command holds spaces. */
function readCells(text: string, { names, wideAt }: Columns): Cells | undefined {
  if (text.length > MAX_ROW) return undefined;
  const cells = new Map<string, string>();
  let rest = text;
  for (const name of names.slice(0, wideAt)) {
    const cell = takeCell(rest, name);
    if (!cell) return undefined;
    cells.set(name, cell);
    rest = rest.slice(cell.length).trimStart();
  }
  for (const name of names.slice(wideAt + 1).reverse()) {
    const cell = /\S+$/.exec(rest.slice(rest.lastIndexOf(" ") + 1))?.[0];
    if (!cell) return undefined;
    cells.set(name, cell);
    rest = rest.slice(0, rest.length - cell.length).trimEnd();
  }
  const name = names[wideAt];
  if (name) cells.set(name, rest);
  return cells;
}

// STARTED is "Sun Nov 22 20:19:11 2026" for lstart, "Nov 22" or "20:19:11" for start.
function takeCell(rest: string, name: string): string | undefined {
  const first = /^\S+/.exec(rest)?.[0];
  if (name !== "STARTED" || !first) return first;
  if (WEEKDAY.test(first)) return /^\S+(?:\s+\S+){4}/.exec(rest)?.[0];
  return MONTH.test(first) ? /^\S+\s+\S+/.exec(rest)?.[0] : first;
}

function isThreadRow(cells: Cells): boolean {
  const pid = cells.get("PID");
  const lwp = readCount(cells.get("LWP"));
  return pid === "-" || (lwp !== undefined && readCount(pid) !== undefined && lwp !== Number(pid));
}

function takeState(draft: Draft, cells: Cells): void {
  const state = stateOf(cells);
  if (draft.state === undefined && state && cells.get("PID") === "-") draft.state = state;
}

function stateOf(cells: Cells): string | undefined {
  return /^[A-Za-z]/.exec(cells.get("STAT") ?? cells.get("S") ?? "")?.[0];
}

function readProcess(cells: Cells, line: TextLine): Draft {
  const draft: Draft = { pid: Number(cells.get("PID")), line: line.number };
  const count = (name: string) => readCount(cells.get(name));
  const state = stateOf(cells);
  const [ppid, uid, pss] = [count("PPID"), count("UID"), count("PSS")];
  const rss = RSS_COLUMNS.map(count).find((size) => size !== undefined);
  const threads = count("NLWP") ?? count("THCNT");
  // -f prints a name below UID; a name too long for its column is printed as the number.
  const user = cells.get("USER") ?? cells.get("UID");
  const cgroup = memoryCgroupPath(cgroupEntries(cells.get("CGROUP") ?? ""));
  if (state) draft.state = state;
  if (ppid !== undefined) draft.ppid = ppid;
  if (rss !== undefined) draft.rss = kibToBytes(rss);
  // 0 where smaps could not be read.
  if (pss) draft.pss = kibToBytes(pss);
  if (uid !== undefined) draft.uid = uid;
  if (threads !== undefined) draft.threads = threads;
  if (user && !/^\d+$/.test(user)) draft.user = user;
  if (cgroup !== undefined) draft.cgroup = cgroup;
  return addCommand(draft, cells);
}

// ps joins the entries with commas, which also stand between controllers: "3:cpu,cpuacct:/a,0::/a".
function cgroupEntries(cell: string): string[] {
  return cell.split(/,(?=\d{1,4}:)/);
}

function addCommand(draft: Draft, cells: Cells): Draft {
  const name = [...COMMAND_COLUMNS].find((candidate) => cells.has(candidate));
  // --forest draws branches before the command.
  const command = (cells.get(name ?? "") ?? "").replace(/^(?:[|\s]{0,200}\\_ )/, "");
  if (!command || command === "-") return draft;
  const [, bracketed] = /^\[(.{1,64}?)\](?: <defunct>)?$/.exec(command) ?? [];
  if (bracketed) {
    draft.comm = bracketed;
    // Brackets only say that there is no command line: zombies and rewritten ones have none either.
    if (draft.state !== "Z" && !holdsMemory(cells)) draft.isKernelThread = true;
    return draft;
  }
  draft.comm = commOf(command);
  if (draft.comm !== command) draft.cmdline = command;
  return draft;
}

function holdsMemory(cells: Cells): boolean {
  return ["RSS", "VSZ", "SZ"].some((name) => (readCount(cells.get(name)) ?? 0) > 0);
}

// "nginx: worker process" → nginx, "/usr/sbin/sshd -D" → sshd, "-bash" → bash.
function commOf(command: string): string {
  const word = /^\S+/.exec(command)?.[0] ?? command;
  const file = word.startsWith("(") ? word : word.slice(word.lastIndexOf("/") + 1);
  return (
    file
      .replace(/:$/, "")
      .replace(/^-(?=.)/, "")
      .slice(0, COMM_LENGTH) || word
  );
}
