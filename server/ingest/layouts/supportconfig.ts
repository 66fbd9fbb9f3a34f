import { commandPath } from "./command-path";

/** One file or command output that a supportconfig member carries. */
export interface Section {
  /** The path it would have in a copy of the machine: "proc/meminfo", "free", "ss_-nap". */
  readonly path: string;
  /** With the lines before it left empty, so that line numbers are those of the member. */
  readonly text: string;
}

const BANNER = /^#==\[ {1,4}[A-Za-z][A-Za-z ]{1,40}? {1,4}\]={1,80}#[ \t\r]{0,8}\n/gm;
const MAX_KEY = 400;
const TITLE = "Support Utilities - Supportconfig";
/** Members with more sections than this are not what the script writes (proc.txt has some 300). */
const MAX_SECTIONS = 2000;
/** Empty lines put before the sections of one member, over all of them: bounds what hostile input costs. */
const MAX_PADDING = 32 * 1024 * 1024;

/** The head of a member of a supportconfig, or of a part of one that was pasted. */
export function isSupportconfig(head: string): boolean {
  return head.search(BANNER) >= 0 || head.includes(TITLE);
}

/**
 * Cuts a member of a SUSE supportconfig into the files and commands it carries. `isWanted` says by path which are
 * held. A file that was not found and a section without output are left out: they are missing, not zero. What
 * stands before the first section is not a section, unless it is the rest of a log that was kept from its tail:
 * that keeps `ownPath`.
 *
 *     #==[ Command ]======================================#
 *     # /usr/bin/free -k
 *     …
 *     #==[ Configuration File ]===========================#
 *     # /proc/meminfo - File not found
 *
 * Source: openSUSE/supportutils, bin/supportconfig (conf_files, log_files, log_cmd).
 */
export function cutSections(
  text: string,
  ownPath: string,
  isWanted: (path: string) => boolean,
): readonly Section[] {
  const sections: Section[] = [];
  let padding = 0;
  for (const cut of findCuts(text)) {
    const path = cut.path ?? ownPath;
    if (!isWanted(path) || padding + cut.line > MAX_PADDING) continue;
    const body = text.slice(cut.start, cut.end);
    if (body.trim() === "") continue;
    padding += cut.line;
    sections.push({ path, text: "\n".repeat(cut.line) + body });
  }
  return sections;
}

interface Cut {
  /** Absent for the tail of a log before the first section. */
  readonly path: string | undefined;
  /** First line of the body, counted from 0. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

function findCuts(text: string): readonly Cut[] {
  const lines = new LineCounter(text);
  const banners = [...take(text.matchAll(BANNER), MAX_SECTIONS)];
  const first = banners[0]?.index ?? text.length;
  const head = startsWithTitle(text) ? [] : [{ path: undefined, line: 0, start: 0, end: first }];
  const cuts = banners.flatMap((banner, at): Cut[] => {
    const key = banner.index + banner[0].length;
    const start = endOfLine(text, key) + 1;
    const path = sectionPath(text.slice(key, Math.min(start, key + MAX_KEY)));
    const end = banners[at + 1]?.index ?? text.length;
    return path === undefined || start > end ? [] : [{ path, line: lines.at(start), start, end }];
  });
  return [...head, ...cuts];
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  return newline < 0 ? text.length : newline;
}

function* take<T>(items: Iterable<T>, most: number): Generator<T> {
  let taken = 0;
  for (const item of items) {
    if (taken >= most) return;
    taken += 1;
    yield item;
  }
}

/** Counts lines going forward only, so that all sections of a member cost one pass. */
class LineCounter {
  private readonly text: string;
  private position = 0;
  private line = 0;

  constructor(text: string) {
    this.text = text;
  }

  at(position: number): number {
    for (let next = this.text.indexOf("\n", this.position); next >= 0 && next < position; ) {
      this.line += 1;
      this.position = next + 1;
      next = this.text.indexOf("\n", this.position);
    }
    return this.line;
  }
}

function startsWithTitle(text: string): boolean {
  const start = text.slice(0, 400).trimStart();
  return start.startsWith("#==[") || start.startsWith("====") || start.includes(TITLE);
}

const KEY = /^#\s+(\S.*)$/;
const NOT_FOUND = /\s-\s(?:File not found|Not found|Not installed|No such)/i;
const LAST_LINES = /\s+-\s+(?:Last|First|Entire|All)\b.*$/i;
/** "# /proc/meminfo" → "proc/meminfo", "# /usr/bin/ss -nap" → "ss_-nap"; undefined when nothing follows. */
function sectionPath(line: string): string | undefined {
  const key = KEY.exec(line.trimEnd())?.[1]?.trim();
  if (key === undefined || NOT_FOUND.test(key)) return undefined;
  const plain = key.replace(LAST_LINES, "");
  if (/^\/(?:proc|sys|etc|var)\/\S+$/.test(plain)) return plain.slice(1);
  return commandPath(plain);
}
