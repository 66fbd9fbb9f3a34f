import { normalizeEndpoint } from "./inet-address";
import type { Parsed, SkippedLine } from "./parsed";
import type { SocketFamily, SocketRow } from "./socket";
import { isSsState } from "./socket-state";
import { parseSsDetails } from "./ss-details";
import { noteSkipped, nothingUsable, type TextLine, textLines } from "./text-lines";

const FAMILY_BY_NETID: ReadonlyMap<string, SocketFamily> = new Map([
  ["tcp", "tcp"],
  ["udp", "udp"],
  ["udplite", "udp"],
  ["raw", "raw"],
  ["u_str", "unix"],
  ["u_dgr", "unix"],
  ["u_seq", "unix"],
  ["p_raw", "packet"],
  ["p_dgr", "packet"],
  ["nl", "netlink"],
  ["sctp", "sctp"],
  ["v_str", "vsock"],
  ["v_dgr", "vsock"],
  ["mptcp", "other"],
  ["dccp", "other"],
  ["xdp", "other"],
  ["ti_st", "other"],
  ["ti_dg", "other"],
  ["ti_rd", "other"],
  ["ti_sq", "other"],
  ["???", "other"],
]);

// Longest head of a row: two unix paths (sun_path has 108 bytes) and their padding.
const HEAD_LENGTH = 2048;
const HEADER = /Recv-Q\s+Send-Q/;
const QUEUES = /^(\d{1,15})\s+(\d{1,15})(?:\s+|$)/;
const DETAIL_START = /^(?:sk)?mem:\(|^users:\(|^timer:\(|^ino:|^cgroup:/;

interface RowHead {
  readonly netid?: string;
  readonly state?: string;
  readonly recvQ: number;
  readonly sendQ: number;
  /** Addresses and details. */
  readonly rest: string;
}

interface OpenRow {
  readonly head: RowHead;
  readonly line: number;
  readonly more: string[];
}

/**
 * `ss` with any flags: header or not, Netid and State column or not, details on the
 * same line (`-O`, unix) or on the following, indented ones, current `skmem:(…)` or old `mem:(…)`.
 *
 *     ESTAB 27452 0 127.0.0.1:18080 127.0.0.1:42212 users:(("nginx",pid=1163,fd=10)) ino:318575
 *          skmem:(r825344,rb6291456,t0,tb2626560,f4096,w0,o0,bl0,d0) bbr rcvmss:536
 *
 * Recv-Q and Send-Q as printed (bytes; for LISTEN waiting connections and backlog limit).
 * An empty listing is no error: it says that there are no sockets. `untyped` is the family of rows without a Netid
 * column, when the caller knows the command; else it is guessed from the states.
 * Throws ParseError when text is there, but neither a header nor a row.
 *
 * Source: iproute2 misc/ss.c.
 */
export function parseSs(text: string, untyped?: SocketFamily): Parsed<readonly SocketRow[]> {
  const { rows, skipped, sawHeader } = collectRows(text);
  if (rows.length === 0 && !sawHeader && skipped.length > 0) {
    throw nothingUsable("ss", text);
  }
  const fallback = untyped ?? guessFamily(rows);
  return { value: rows.map((row) => finishRow(row, fallback)), skipped };
}

function collectRows(text: string) {
  const rows: OpenRow[] = [];
  const skipped: SkippedLine[] = [];
  let sawHeader = false;
  let open: OpenRow | undefined;
  for (const line of textLines(text)) {
    const head = readHead(line.text);
    if (head) {
      open = { head, line: line.number, more: [] };
      rows.push(open);
    } else if (HEADER.test(line.text.slice(0, HEAD_LENGTH))) {
      sawHeader = true;
    } else if (open && continuesRow(line)) {
      open.more.push(line.text);
    } else {
      noteSkipped(skipped, line);
      // A row that cannot be read has details too, which are nobody else's; without a digit it was no row.
      if (/\d/.test(line.text)) open = undefined;
    }
  }
  return { rows, skipped, sawHeader };
}

// Details are indented; a paste that lost its indentation is known by the first word.
function continuesRow({ raw, text }: TextLine): boolean {
  return /^[\s>]/.test(raw) || DETAIL_START.test(text);
}

/** The Netid column is left out for one family, the State column for one state; queues always stand. */
function readHead(trimmed: string): RowHead | undefined {
  // Associations of sctp are drawn as branches below their endpoint.
  let rest = trimmed.startsWith("`- ") ? trimmed.slice(3) : trimmed;
  const netid = firstWord(rest);
  const hasNetid = FAMILY_BY_NETID.has(netid);
  if (hasNetid) rest = rest.slice(netid.length).trimStart();
  const state = firstWord(rest);
  const hasState = isSsState(state);
  if (hasState) rest = rest.slice(state.length).trimStart();

  const queues = QUEUES.exec(rest);
  if (!queues) return undefined;
  const afterQueues = rest.slice(queues[0].length);
  // Two bare numbers may begin any text: an endpoint has to follow.
  if (!hasNetid && !hasState && !/^\S*[:*]/.test(afterQueues.slice(0, HEAD_LENGTH)))
    return undefined;
  return {
    recvQ: Number(queues[1]),
    sendQ: Number(queues[2]),
    rest: afterQueues,
    ...(hasNetid && { netid }),
    ...(hasState && { state }),
  };
}

function firstWord(text: string): string {
  return /^\S{1,16}(?!\S)/.exec(text)?.[0] ?? "";
}

// Without Netid the listing is of one family. Only UDP (and raw) shows UNCONN, and then
// nothing but UNCONN and ESTAB; netlink rows carry their control block.
function guessFamily(rows: readonly OpenRow[]): SocketFamily {
  const untyped = rows.filter((row) => row.head.netid === undefined);
  if (untyped.some(({ head }) => /(?<!\S)cb=\w/.test(head.rest))) return "netlink";
  const states = new Set(untyped.map(({ head }) => head.state));
  const onlyUdpStates = [...states].every((state) => state === "UNCONN" || state === "ESTAB");
  return states.has("UNCONN") && onlyUdpStates ? "udp" : "tcp";
}

function finishRow({ head, line, more }: OpenRow, fallback: SocketFamily): SocketRow {
  const family = FAMILY_BY_NETID.get(head.netid ?? "") ?? fallback;
  const ends = ADDRESS_READER[family]?.(head.rest) ?? inetEnds(head.rest);
  const { details, ...addresses } = ends;
  const found = parseSsDetails([details, ...more].join(" "));
  const drops = found.skmem?.d;
  return {
    family,
    type: head.netid ?? fallback,
    recvQ: head.recvQ,
    sendQ: head.sendQ,
    line,
    ...(head.state && { state: head.state }),
    ...addresses,
    ...found,
    ...(drops !== undefined && { drops }),
  };
}

interface Ends {
  readonly local?: string;
  readonly peer?: string;
  readonly inode?: number;
  readonly peerInode?: number;
  readonly details: string;
}

const ADDRESS_READER: Partial<Record<SocketFamily, (rest: string) => Ends>> = {
  unix: unixEnds,
  netlink: netlinkEnds,
};

function inetEnds(rest: string): Ends {
  const [, local, peerWord = ""] = /^(\S+)(?:\s+(\S+))?/.exec(rest.slice(0, HEAD_LENGTH)) ?? [];
  if (!local) return { details: rest };
  // Some versions put no space between the peer and the process column.
  const glued = peerWord.indexOf("users:((");
  const peer = glued < 0 ? peerWord : peerWord.slice(0, glued);
  const peerAt = rest.indexOf(peer, local.length);
  return {
    local: normalizeEndpoint(local),
    ...(peer && { peer: normalizeEndpoint(peer) }),
    details: rest.slice(peerAt + peer.length),
  };
}

// "rtnl:NetworkManager/612 *": the comm may hold spaces, the peer is always "*".
function netlinkEnds(rest: string): Ends {
  const star = rest.slice(0, HEAD_LENGTH).search(/\s\*(?:\s|$)/);
  if (star < 0) return inetEnds(rest);
  return { local: rest.slice(0, star).trimEnd(), peer: "*", details: rest.slice(star + 2) };
}

/** "/run/my app.sock 317915 * 317916": path and inode, twice. Paths may hold spaces and digits. */
function unixEnds(rest: string): Ends {
  const words = [...rest.slice(0, HEAD_LENGTH).matchAll(/\S+/g)];
  const isInode = (index: number) => /^\d{1,20}$/.test(words[index]?.[0] ?? "");
  const wanted = (index: number) => isInode(index) && isInode(index + 2);
  const numbered = words.map((_, index) => index).filter((index) => index > 0 && wanted(index));
  const at = numbered.find((index) => words[index + 1]?.[0] === "*") ?? numbered[0];
  const inode = at === undefined ? undefined : words[at];
  const peer = at === undefined ? undefined : words[at + 1];
  const peerInode = at === undefined ? undefined : words[at + 2];
  if (!inode || !peer || !peerInode) return inetEnds(rest);
  return {
    local: rest.slice(0, inode.index).trimEnd(),
    peer: peer[0],
    inode: Number(inode[0]),
    // 0: not connected.
    ...(Number(peerInode[0]) > 0 && { peerInode: Number(peerInode[0]) }),
    details: rest.slice(peerInode.index + peerInode[0].length),
  };
}
