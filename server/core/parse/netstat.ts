import { normalizeEndpoint } from "./inet-address";
import type { Parsed, SkippedLine } from "./parsed";
import type { SocketFamily, SocketRow, SocketUser } from "./socket";
import { stateOfNetstatWord } from "./socket-state";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

const FAMILY_BY_PROTO: ReadonlyMap<string, SocketFamily> = new Map([
  ["tcp", "tcp"],
  ["tcp6", "tcp"],
  ["udp", "udp"],
  ["udp6", "udp"],
  ["udplite", "udp"],
  ["udpl6", "udp"],
  ["udpl", "udp"],
  ["raw", "raw"],
  ["raw6", "raw"],
  ["sctp", "sctp"],
  ["sctp6", "sctp"],
]);

const TYPE_BY_WORD: ReadonlyMap<string, string> = new Map([
  ["STREAM", "u_str"],
  ["DGRAM", "u_dgr"],
  ["SEQPACKET", "u_seq"],
]);

/** Columns of the section that the reader stands in; undefined before the first header. */
type HasUserColumn = boolean | undefined;
type Row = Omit<SocketRow, "line">;

const INET =
  /^(\S{1,8})\s+(\d{1,15})\s+(\d{1,15})\s+(\S{1,300})\s+(\S{1,300})(?:\s+(\S.{0,600}))?$/;
const UNIX =
  /^unix\s+\d{1,10}\s+\[([A-Z ]{0,20})\]\s+([A-Z]{3,12})\s+(?:([A-Z]{4,14})\s+)?(\d{1,20})(?:\s+(\S.{0,600}))?$/;
const TIMER = /\s(?:off|on|keepalive|timewait|probe|unkn-\d+|on\d+) \([^()]{1,60}\)$/;
const USER_AND_INODE = /^([^\s/]{1,64})\s+(\d{1,20})(?:\s+|$)/;
const PROGRAM = /^(\d{1,10})\/(.{1,64})$/;
// PROGNAME_WIDTH of net-tools: pid, slash and name are cut to 20 characters and padded to them.
const PROGRAM_WIDTH = 20;
// net-tools prints the kernel's number for raw sockets: 7 is TCP_CLOSE.
const RAW_UNCONNECTED = "7";

/**
 * `netstat -neopa`, `-W -neopa`, `-tnp`, …: the Internet and the UNIX section. Other sections are skipped.
 *
 *     tcp  0  0 127.0.0.1:18080  0.0.0.0:*  LISTEN  0  317429  1162/nginx: master   off (0.00/0/0)
 *     unix 3  [ ]  STREAM  CONNECTED  317915  1162/nginx: master   /run/x.sock
 *
 * Queues in bytes as printed. States in ss spelling, unix types as u_str, u_dgr, u_seq, so that rows of both tools
 * agree. The program name has at most 20 characters with its pid and may hold spaces. No fd is printed.
 * Throws ParseError when the text has neither header nor row (`netstat -s`, `-r`, `-g`).
 *
 * Source: net-tools netstat.c.
 */
export function parseNetstat(text: string): Parsed<readonly SocketRow[]> {
  const value: SocketRow[] = [];
  const skipped: SkippedLine[] = [];
  let hasUser: HasUserColumn;
  let sawHeader = false;

  for (const line of textLines(text)) {
    const row = unixRow(line.text) ?? inetRow(line.text, hasUser);
    if (row) {
      value.push({ ...row, line: line.number });
    } else if (/^Proto\s+(?:Recv-Q|RefCnt)/.test(line.text)) {
      sawHeader = true;
      hasUser = /\sUser\s/.test(line.text);
    } else if (!/^Active (?:Internet|UNIX domain) /.test(line.text)) {
      noteSkipped(skipped, line);
    }
  }
  if (value.length === 0 && !sawHeader) throw nothingUsable("netstat", text);
  return { value, skipped };
}

function inetRow(text: string, hasUser: HasUserColumn): Row | undefined {
  const [, proto = "", recvQ, sendQ, local = "", peer = "", tail = ""] = INET.exec(text) ?? [];
  const family = FAMILY_BY_PROTO.get(proto);
  if (!family) return undefined;
  const { state, rest } = takeState(tail, family);
  return {
    family,
    type: proto,
    recvQ: Number(recvQ),
    sendQ: Number(sendQ),
    local: normalizeEndpoint(local),
    peer: normalizeEndpoint(peer),
    state,
    info: new Map(),
    ...ownerOf(rest.replace(TIMER, ""), hasUser),
  };
}

// Unconnected UDP sockets have a blank state; raw ones the kernel's number.
function takeState(tail: string, family: SocketFamily): { state: string; rest: string } {
  const word = /^\S{1,16}(?!\S)/.exec(tail)?.[0] ?? "";
  const isRawNumber = family === "raw" && word === RAW_UNCONNECTED;
  const state = isRawNumber ? "UNCONN" : stateOfNetstatWord(word);
  if (!state) return { state: "UNCONN", rest: tail };
  return { state, rest: tail.slice(word.length).trimStart() };
}

function ownerOf(text: string, hasUser: HasUserColumn): Pick<SocketRow, "users" | "uid" | "inode"> {
  const owner = hasUser === false ? undefined : USER_AND_INODE.exec(text);
  const program = text.slice(owner?.[0].length ?? 0).trim();
  if (!owner) return { users: usersOf(program) };
  // Without -n the owner is a name, and names are no uids.
  const uid = /^\d+$/.test(owner[1] ?? "") ? { uid: Number(owner[1]) } : {};
  return { users: usersOf(program), inode: Number(owner[2]), ...uid };
}

function usersOf(program: string): SocketUser[] {
  const [, pid, comm] = PROGRAM.exec(program) ?? [];
  return comm ? [{ comm, pid: Number(pid) }] : [];
}

function unixRow(text: string): Row | undefined {
  const [, flags = "", typeWord = "", stateWord, inode, tail = ""] = UNIX.exec(text) ?? [];
  if (!inode) return undefined;
  const { program, path } = splitProgram(tail);
  return {
    family: "unix",
    type: TYPE_BY_WORD.get(typeWord) ?? typeWord,
    state: flags.includes("ACC") ? "LISTEN" : (stateOfNetstatWord(stateWord ?? "") ?? "UNCONN"),
    inode: Number(inode),
    info: new Map(),
    users: usersOf(program),
    ...(path && { local: path }),
  };
}

// "1162/nginx: master   /run/my app.sock": both parts may hold spaces, only the width tells.
function splitProgram(tail: string): { program: string; path: string } {
  if (!/^(?:-|\d+\/)/.test(tail)) return { program: "", path: tail };
  const squeezed = tail.slice(0, PROGRAM_WIDTH).search(/\s[/@]/);
  const width = squeezed < 0 ? PROGRAM_WIDTH : squeezed;
  return { program: tail.slice(0, width).trim(), path: tail.slice(width).trim() };
}
