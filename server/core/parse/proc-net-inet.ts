import { decodeHexEndpoint } from "./inet-address";
import type { Parsed, SkippedLine } from "./parsed";
import type { SocketFamily, SocketRow } from "./socket";
import { stateOfHexNumber } from "./socket-state";
import { noteSkipped, nothingUsable, readCount, textLines } from "./text-lines";

const FAMILY_BY_TABLE: ReadonlyMap<string, SocketFamily> = new Map([
  ["tcp", "tcp"],
  ["udp", "udp"],
  ["udplite", "udp"],
  ["raw", "raw"],
]);

// sl: local remote st tx:rx tr:when retrnsmt uid timeout inode …
const ROW =
  /^\d{1,10}: +([0-9A-F:]{13,37}) +([0-9A-F:]{13,37}) +([0-9A-F]{2}) +([0-9A-F]{8}):([0-9A-F]{8}) +[0-9A-F]{2}:[0-9A-F]{8,16} +([0-9A-F]{8}) +(\d{1,10}) +\d{1,20} +(\d{1,20})(?= |$)(.{0,400})$/i;

/**
 * `/proc/net/{tcp,tcp6,udp,udp6,raw,raw6,udplite,udplite6}`; `table` is the file's own name.
 *
 *     sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
 *      0: 0100007F:46A0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 317429 1 …
 *
 * Queues are hex bytes: TCP payload, UDP and raw truesize; rx of a LISTEN row counts the connections
 * that wait, its tx is always 0 and is left out. `info` has `retrnsmt` (TCP: retransmits not recovered).
 * UDP and raw print drops last. Inode 0: nobody has accepted it, or it is closing.
 * Throws ParseError when the text has neither header nor row.
 *
 * Source: net/ipv4/tcp_ipv4.c get_tcp4_sock, net/ipv4/udp.c udp4_format_sock, net/ipv4/raw.c, net/ipv6/datagram.c.
 */
export function parseProcNetInet(text: string, table: string): Parsed<readonly SocketRow[]> {
  const value: SocketRow[] = [];
  const skipped: SkippedLine[] = [];
  let sawHeader = false;

  for (const line of textLines(text)) {
    const row = readRow(line.text, table);
    if (row) value.push({ ...row, line: line.number });
    else if (/^sl +local_address/.test(line.text)) sawHeader = true;
    else noteSkipped(skipped, line);
  }
  if (value.length === 0 && !sawHeader) throw nothingUsable(`net/${table}`, text);
  return { value, skipped };
}

function readRow(text: string, table: string): Omit<SocketRow, "line"> | undefined {
  const match = ROW.exec(text);
  if (!match) return undefined;
  const [, localHex = "", peerHex = "", stateHex = "", tx = "", rx = "", retrnsmt = ""] = match;
  const [uid, inode, tail = ""] = match.slice(7);
  const local = decodeHexEndpoint(localHex);
  const peer = decodeHexEndpoint(peerHex);
  if (!local || !peer) return undefined;

  const family = FAMILY_BY_TABLE.get(table.replace(/6$/, "")) ?? "other";
  const state = stateOfHexNumber(stateHex);
  const drops = family === "tcp" ? undefined : readCount(tail.trim().split(/ +/)[2]);
  return {
    family,
    type: table,
    local,
    peer,
    recvQ: Number.parseInt(rx, 16),
    ...(state !== "LISTEN" && { sendQ: Number.parseInt(tx, 16) }),
    inode: Number(inode),
    uid: Number(uid),
    info: new Map([["retrnsmt", Number.parseInt(retrnsmt, 16)]]),
    users: [],
    ...(state && { state }),
    ...(drops !== undefined && { drops }),
  };
}
