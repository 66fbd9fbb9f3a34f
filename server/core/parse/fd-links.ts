import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

export interface FdLink {
  readonly line: number;
  readonly pid: number;
  readonly fd: number;
  /** "socket:[318477]", "pipe:[313206]", "/memfd:x (deleted)", "anon_inode:[io_uring]". */
  readonly target: string;
  /** Inode of socket:[…] and pipe:[…]. */
  readonly inode?: number;
}

const COLLECTOR = /^\/proc\/(\d{1,10})\/fd\/(\d{1,10})\s+(?:->\s+)?(\S.{0,4200})$/;
const LS_HEADING = /^(?:\/host)?\/proc\/(\d{1,10})\/fd\/?:$/;
const LS_ROW =
  /^l[-rwxst]{9}\S?\s+\d+\s(?:(?! -> ).){1,200}?\s(?:\/proc\/(\d{1,10})\/fd\/)?(\d{1,10}) -> (\S.{0,4200})$/;
const INODE = /^(?:socket|pipe):\[(\d{1,20})\]$/;
const LS_LISTING = /^total \d+$/;

/**
 * Open files of processes: lines `/proc/1117/fd/3 socket:[318477]`, or the output of
 * `ls -l /proc/<pid>/fd` with its heading line; `pid` is needed when `ls` printed none.
 *
 *     lrwx------ 1 root root 64 Nov 22 20:19 3 -> socket:[318477]
 *
 * Throws ParseError when no line is a link.
 *
 * Source: fs/proc/fd.c, net/socket.c sockfs_dname, fs/pipe.c pipefs_dname.
 */
export function parseFdLinks(text: string, pid?: number): Parsed<readonly FdLink[]> {
  const value: FdLink[] = [];
  const skipped: SkippedLine[] = [];
  let headingPid = pid;

  for (const line of textLines(text)) {
    const heading = LS_HEADING.exec(line.text)?.[1];
    if (heading) {
      headingPid = Number(heading);
      continue;
    }
    const link = collectorLink(line) ?? lsLink(line, headingPid);
    if (link) value.push(link);
    else if (!LS_LISTING.test(line.text)) noteSkipped(skipped, line);
  }
  if (value.length === 0) throw nothingUsable("fd links", text);
  return { value, skipped };
}

/** The link with the inode that its target names, if it names one. */
export function fdLink(link: Omit<FdLink, "inode">): FdLink {
  const inode = INODE.exec(link.target)?.[1];
  return inode ? { ...link, inode: Number(inode) } : link;
}

function collectorLink({ text, number }: TextLine): FdLink | undefined {
  const [, pid, fd, target] = COLLECTOR.exec(text) ?? [];
  if (!target) return undefined;
  return fdLink({ line: number, pid: Number(pid), fd: Number(fd), target });
}

function lsLink({ text, number }: TextLine, headingPid?: number): FdLink | undefined {
  const [, pathPid, fd, target] = LS_ROW.exec(text) ?? [];
  const pid = pathPid ? Number(pathPid) : headingPid;
  if (!target || pid === undefined) return undefined;
  return fdLink({ line: number, pid, fd: Number(fd), target });
}
