import { type Bytes, KIB } from "../units";
import type { Parsed, SkippedLine } from "./parsed";
import type { SocketRow } from "./socket";
import type { Sockstat } from "./sockstat";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

/** What `sysak skcheck` says: memory of TCP, and of the queues by task. */
export interface Skcheck {
  /** TCP.mem in pages, as /proc/net/sockstat has it. */
  readonly sockstat: Sockstat;
  /** One row for all sockets of a task, or of a task and a local address. */
  readonly rows: readonly SocketRow[];
}

interface Overview {
  /** Bytes. */
  readonly sent: Bytes;
  readonly received: Bytes;
  readonly tcp: Bytes;
  readonly line: number;
}

interface Task {
  readonly comm?: string;
  readonly pid?: number;
  readonly fd?: number;
  readonly local?: string;
  readonly bytes: Bytes;
  readonly line: number;
}

const OVERVIEW =
  /^tx_queue (\d{1,15}(?:\.\d{1,20})?)K rx_queue (\d{1,15}(?:\.\d{1,20})?)K queue_total \d{1,15}(?:\.\d{1,20})?K tcp_mem (\d{1,15}(?:\.\d{1,20})?)K$/;
const TASK = /^task (\S.{0,200}?)\s{1,8}(?:tcpmem|mem) (\d{1,15}(?:\.\d{1,20})?)K$/;
const WITH_ADDRESS = /^(.{0,120}?) ?ip:(\S{1,80})$/;
const WITH_FD = /^(.{1,64}),pid=(\d{1,10}),fd=(\d{1,10})$/;
const WITH_PID = /^(.{1,64}):(\d{1,10})$/;
const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}(?:%\w{1,16})?:(?:\d{1,5}|\*)$/;
const OTHER =
  /^(?:memory overview:|task (?:txrx queue|hold) memory:|socket hold info:|tcp memleak tcp_mem:|\S.{0,64}:\d{1,10} socketNum \d{1,12} socketLeakNum \d{1,12})/;
const MAX_LINE = 400;
/** skcheck takes every page for this, on any machine. */
const TOOL_PAGE = 4 * KIB;

/**
 * `sysak skcheck`, all generations: "task COMM:PID mem NK", "task COMM,pid=P,fd=F ip:ADDR:PORT  mem NK" and
 * "task COMM ip:ADDR:PORT  tcpmem NK". N is r + t of skmem of all sockets of the key, so a row is no single
 * socket; of these bytes those that cannot be sent ones by the overview count as received (skmem r), the rest
 * as sent (t). What is sent costs nothing here, so the sum never says more than the tool did. The tool lists
 * its own network namespace only. Throws ParseError without the overview and without a task.
 *
 *     tx_queue 0.0K rx_queue 186563.3125K queue_total 186563.3125K tcp_mem 187128K
 *
 * Source: xiapin/sysak, source/tools/detect/net/skcheck/skcheck.py (three versions).
 */
export function parseSkcheck(text: string): Parsed<Skcheck> {
  const skipped: SkippedLine[] = [];
  const tasks: Task[] = [];
  let overview: Overview | undefined;
  for (const line of textLines(text)) {
    const task = readTask(line);
    const head = task ? undefined : readOverview(line);
    if (task) tasks.push(task);
    else if (head) overview ??= head;
    else if (line.text.length > MAX_LINE || !OTHER.test(line.text)) noteSkipped(skipped, line);
  }
  if (!overview && tasks.length === 0) throw nothingUsable("sysak skcheck", text);
  const sent = overview?.sent;
  return {
    value: { sockstat: toSockstat(overview), rows: tasks.map((task) => toRow(task, sent)) },
    skipped,
  };
}

function readOverview({ text, number: line }: TextLine): Overview | undefined {
  const [, ...sizes] = (text.length <= MAX_LINE && OVERVIEW.exec(text)) || [];
  const [sent, received, tcp] = sizes.map(toBytes);
  if (sent === undefined || received === undefined || tcp === undefined) return undefined;
  return { sent, received, tcp, line };
}

function readTask({ text, number: line }: TextLine): Task | undefined {
  const [, who, size] = (text.length <= MAX_LINE && TASK.exec(text)) || [];
  if (who === undefined || size === undefined) return undefined;
  const [, named = who, address] = WITH_ADDRESS.exec(who) ?? [];
  const local = [address, who].find((word) => word !== undefined && ADDRESS.test(word));
  return {
    ...{ bytes: toBytes(size), line },
    ...(local !== undefined && { local }),
    ...(local === who ? {} : ownerOf(named)),
  };
}

function ownerOf(named: string): Pick<Task, "comm" | "pid" | "fd"> {
  const [, comm, pid, fd] = WITH_FD.exec(named) ?? WITH_PID.exec(named) ?? [];
  if (comm === undefined) return named === "" || named === "unknow" ? {} : { comm: named };
  return { comm, pid: Number(pid), ...(fd !== undefined && { fd: Number(fd) }) };
}

function toBytes(kib: string): Bytes {
  return Math.round(Number(kib) * KIB);
}

function toSockstat(overview: Overview | undefined): Sockstat {
  if (!overview) return new Map();
  return new Map([
    ["TCP.mem", { value: Math.round(overview.tcp / TOOL_PAGE), line: overview.line }],
  ]);
}

function toRow(task: Task, sent: Bytes = 0): SocketRow {
  const r = Math.max(0, task.bytes - sent);
  const { comm, pid, fd, local, line } = task;
  const user = comm !== undefined && pid !== undefined ? { comm, pid } : undefined;
  return {
    ...{ family: "tcp", type: "tcp", info: new Map(), line },
    ...(local !== undefined && { local }),
    skmem: { r, t: task.bytes - r, f: 0, w: 0 },
    users: user ? [fd === undefined ? user : { ...user, fd }] : [],
  };
}
