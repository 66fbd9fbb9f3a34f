import { type FdLink, fdLink } from "./fd-links";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

// COMMAND PID [TID [TASKCMD]] USER FD TYPE …; the FD is a number with access mode and lock, or a word like mem.
const ROW =
  /^\S{1,64}\s+(\d{1,10})\s+(?:\S{1,64}\s+){1,3}?(\d{1,10}|cwd|rtd|txt|mem|DEL|NOFD|jld|ltx|err|pd|[Mm]\d\d|L\d\d|mmap)(?:[rwu]?[ -]?[NrRwWuUxX]?)\s+([A-Za-z_][A-Za-z_0-9]{1,9}|\d{4,6}|unknown)(?:\s+(\S.{0,4200}))?$/;
const HEADER = /^COMMAND\s+PID\s/;
// lsof explains itself on stderr, which many reports fold in.
const CHATTER = /^(?:lsof: |Output information may be incomplete)/;
const SOCKET_TYPES: ReadonlySet<string> = new Set(["unix", "sock", "netlink", "pack"]);

/**
 * `lsof` in its default columns: sockets, pipes, anonymous inodes, deleted files and memfds as fd links. Other rows
 * (regular files, directories, memory maps) are passed over, rows of tasks repeat their process.
 *
 *     nginx  1163  65534  10u  IPv4  318575  0t0  TCP 127.0.0.1:18080->127.0.0.1:43998 (ESTABLISHED)
 *
 * An Internet socket's inode stands in DEVICE, that of unix sockets and pipes in NODE.
 * Throws ParseError when no line is a row of lsof.
 *
 * Source: lsof(8), "OUTPUT"; lsof dialects/linux/dsock.c.
 */
export function parseLsof(text: string): Parsed<readonly FdLink[]> {
  const links = new Map<string, FdLink>();
  const skipped: SkippedLine[] = [];
  let sawTable = false;

  for (const line of textLines(text)) {
    const match = ROW.exec(line.text);
    if (match || HEADER.test(line.text)) sawTable = true;
    else if (!CHATTER.test(line.text)) noteSkipped(skipped, line);

    const link = match && openFile(match, line.number);
    const key = link && `${link.pid}/${link.fd}`;
    // With -K each task shows the files of its process again.
    if (link && key && !links.has(key)) links.set(key, link);
  }
  if (!sawTable) throw nothingUsable("lsof", text);
  return { value: [...links.values()], skipped };
}

function openFile(
  [, pid, fd = "", type = "", rest = ""]: RegExpExecArray,
  line: number,
): FdLink | undefined {
  const target = /^\d+$/.test(fd) ? targetOf(type, rest) : undefined;
  return target ? fdLink({ line, pid: Number(pid), fd: Number(fd), target }) : undefined;
}

/** `rest` is DEVICE, SIZE/OFF, NODE and NAME. */
function targetOf(type: string, rest: string): string | undefined {
  if (type === "IPv4" || type === "IPv6") return bracketed("socket", /^(\d{1,20})\s/.exec(rest));
  if (SOCKET_TYPES.has(type)) return bracketed("socket", NODE.exec(rest));
  if (type === "FIFO" && /\spipe$/.test(rest)) return bracketed("pipe", NODE.exec(rest));
  if (type === "a_inode")
    return bracketed("anon_inode", /\s\[([a-z_-]{1,40})[^\]]{0,4000}\]$/.exec(rest));
  return deletedFile(rest);
}

// DEVICE, offset ("0t0") or size, NODE.
const NODE = /^\S{1,40}\s+(?:0t)?\d{1,20}\s+(\d{1,20})(?:\s|$)/;

function bracketed(kind: string, match: RegExpExecArray | null): string | undefined {
  return match?.[1] && `${kind}:[${match[1]}]`;
}

function deletedFile(rest: string): string | undefined {
  const path = /^\S{1,40}\s+(?:0t)?\d{1,20}\s+\d{1,20}\s+(\/.{0,4096})$/.exec(rest)?.[1];
  return path && (path.endsWith("(deleted)") || path.startsWith("/memfd:")) ? path : undefined;
}
