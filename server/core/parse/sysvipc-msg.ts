import type { Bytes } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, readCounts, type TextLine, textLines } from "./text-lines";

/** One System V message queue. */
export interface SysvMessages {
  readonly line: number;
  readonly msqid: number;
  /** Payload of the messages that nobody has received yet. */
  readonly bytes: Bytes;
  readonly messages: number;
  /** Last sender and last receiver; `ipcs` does not print them. */
  readonly lspid?: number;
  readonly lrpid?: number;
}

const FILE_HEADING = /^key\s+msqid\s+perms\s/;
const IPCS_HEADING = /^key\s+msqid\s+owner\s/;
// key msqid perms cbytes qnum lspid lrpid uid gid cuid cgid stime rtime ctime: unchanged since 2.4.
const FILE_COLUMNS = 14;
/** Other tables of `ipcs` and its rules of dashes. */
const BESIDE = /^(?:-{3,}|key\s+(?:shmid|semid)\s)/;

/**
 * `/proc/sysvipc/msg`, or the queue table of `ipcs` (`ipcs -q`): System V message queues, sizes in bytes.
 *
 *        key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid …
 *          0          1  1600    16777216       4096  2110     0     0     0     0     0 …
 *
 * `bytes` is payload: the kernel adds 48 bytes to each message and another header per page. A table
 * with its heading alone is a node without queues: an empty list. Throws ParseError without a heading
 * and without a row.
 *
 * Source: ipc/msg.c (sysvipc_msg_proc_show), util-linux sys-utils/ipcs.c.
 */
export function parseSysvMessages(text: string): Parsed<readonly SysvMessages[]> {
  const value: SysvMessages[] = [];
  const skipped: SkippedLine[] = [];
  let read: RowReader | undefined;
  let hasHeading = false;

  for (const line of textLines(text)) {
    const heading = headingOf(line.text);
    if (heading !== undefined) {
      read = heading.read;
      hasHeading ||= read !== undefined;
      continue;
    }
    const queue = read?.(line);
    if (queue) value.push(queue);
    else if (read) noteSkipped(skipped, line);
  }
  if (!hasHeading) throw nothingUsable("sysvipc/msg", text);
  return { value, skipped };
}

type RowReader = (line: TextLine) => SysvMessages | undefined;

/** How rows are read from here on; without `read` the rows are another table's. */
function headingOf(text: string): { readonly read?: RowReader } | undefined {
  if (FILE_HEADING.test(text)) return { read: readFileRow };
  if (IPCS_HEADING.test(text)) return { read: readIpcsRow };
  return BESIDE.test(text) ? {} : undefined;
}

function readFileRow(line: TextLine): SysvMessages | undefined {
  const words = line.text.split(/\s+/, FILE_COLUMNS + 1);
  if (words.length !== FILE_COLUMNS) return undefined;
  const counts = readCounts([1, 3, 4, 5, 6].map((column) => words[column] ?? ""));
  if (!counts) return undefined;
  const [msqid = 0, bytes = 0, messages = 0, lspid = 0, lrpid = 0] = counts;
  return { line: line.number, msqid, bytes, messages, lspid, lrpid };
}

/** 0x00000000 1  root  600  16777216  4096 */
function readIpcsRow(line: TextLine): SysvMessages | undefined {
  const words = line.text.split(/\s+/, 7);
  if (words.length !== 6 || !words[0]?.startsWith("0x")) return undefined;
  const counts = readCounts([1, 4, 5].map((column) => words[column] ?? ""));
  if (!counts) return undefined;
  const [msqid = 0, bytes = 0, messages = 0] = counts;
  return { line: line.number, msqid, bytes, messages };
}
