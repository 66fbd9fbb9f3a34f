import type { Parsed, SkippedLine } from "./parsed";
import type { SocketRow } from "./socket";
import { noteSkipped, nothingUsable, readCount, textLines } from "./text-lines";

type Row = Omit<SocketRow, "line" | "info" | "users">;

const UNIX_TYPE: ReadonlyMap<string, string> = new Map([
  ["0001", "u_str"],
  ["0002", "u_dgr"],
  ["0005", "u_seq"],
]);
// include/uapi/linux/net.h socket_state.
const UNIX_STATE: ReadonlyMap<string, string> = new Map([
  ["01", "UNCONN"],
  ["02", "SYN-SENT"],
  ["03", "ESTAB"],
  ["04", "CLOSING"],
]);
const ACCEPTS_CONNECTIONS = 0x10000;
const UNIX_ROW =
  /^[0-9a-f]{8,16}: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) ([0-9A-F]{2}) +(\d{1,20})(?: (.{0,400}))?$/i;

/**
 * `/proc/net/unix`: inode, type, state, path. Queue sizes are not in it: `ss -x` has them.
 *
 *     000000002ee5ac38: 00000002 00000000 00010000 0001 01 314400 /tmp/netdata-ipc
 *
 * Throws ParseError when the text has neither header nor row. Source: net/unix/af_unix.c unix_seq_show.
 */
export function parseProcNetUnix(text: string): Parsed<readonly SocketRow[]> {
  return readTable(text, { name: "net/unix", header: /^Num +RefCount /, read: unixRow });
}

/**
 * `/proc/net/netlink`: receive and send memory (truesize, bytes), drops, inode; local is "protocol:port id" as in ss.
 *
 *     sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode
 *
 * Throws ParseError without this header. Source: net/netlink/af_netlink.c netlink_native_seq_show.
 */
export function parseProcNetNetlink(text: string): Parsed<readonly SocketRow[]> {
  return readColumns(text, { name: "net/netlink", needed: ["Eth", "Rmem"], read: netlinkRow });
}

/**
 * `/proc/net/packet`: receive memory (truesize, bytes), owner, inode. Memory-mapped rings are not in Rmem.
 *
 *     sk               RefCnt Type Proto  Iface R Rmem   User   Inode
 *
 * Throws ParseError without this header. Source: net/packet/af_packet.c packet_seq_show.
 */
export function parseProcNetPacket(text: string): Parsed<readonly SocketRow[]> {
  return readColumns(text, { name: "net/packet", needed: ["Iface", "Rmem"], read: packetRow });
}

interface Table {
  readonly name: string;
  readonly header: RegExp;
  readonly read: (text: string) => Row | undefined;
}

function readTable(text: string, { name, header, read }: Table): Parsed<readonly SocketRow[]> {
  const value: SocketRow[] = [];
  const skipped: SkippedLine[] = [];
  let sawHeader = false;
  for (const line of textLines(text)) {
    const row = read(line.text);
    if (row) value.push({ ...row, info: new Map(), users: [], line: line.number });
    else if (header.test(line.text)) sawHeader = true;
    else noteSkipped(skipped, line);
  }
  if (value.length === 0 && !sawHeader) throw nothingUsable(name, text);
  return { value, skipped };
}

function unixRow(text: string): Row | undefined {
  const [, flags = "", type = "", stateHex = "", inode, path] = UNIX_ROW.exec(text) ?? [];
  if (!inode) return undefined;
  const listens = (Number.parseInt(flags, 16) & ACCEPTS_CONNECTIONS) !== 0;
  const state = listens ? "LISTEN" : UNIX_STATE.get(stateHex);
  return {
    family: "unix",
    type: UNIX_TYPE.get(type) ?? type,
    inode: Number(inode),
    ...(state && { state }),
    ...(path && { local: path }),
  };
}

type Cell = (column: string) => string | undefined;

interface ColumnTable {
  readonly name: string;
  readonly needed: readonly string[];
  readonly read: (cell: Cell) => Row | undefined;
}

const MAX_ROW = 1024;

// Columns came and went (Dump, Locks, Drops), so the header says where they are.
function readColumns(text: string, table: ColumnTable): Parsed<readonly SocketRow[]> {
  let names: readonly string[] = [];
  const isHeader = (words: readonly string[]) =>
    words[0] === "sk" && table.needed.every((name) => words.includes(name));
  const read = (row: string): Row | undefined => {
    if (row.length > MAX_ROW) return undefined;
    const words = row.split(/\s+/);
    if (isHeader(words)) names = words;
    if (words.length !== names.length || isHeader(words)) return undefined;
    return table.read((column) => words[names.indexOf(column)]);
  };
  const header = new RegExp(`^sk\\s.{0,80}\\s${table.needed[0]}\\s`);
  return readTable(text, { name: table.name, header, read });
}

function netlinkRow(cell: Cell): Row | undefined {
  const [recvQ, sendQ, drops, inode] = ["Rmem", "Wmem", "Drops", "Inode"].map((name) =>
    readCount(cell(name)),
  );
  if (recvQ === undefined) return undefined;
  return {
    family: "netlink",
    type: "nl",
    state: "UNCONN",
    local: `${cell("Eth")}:${cell("Pid")}`,
    recvQ,
    ...(sendQ !== undefined && { sendQ }),
    ...(drops !== undefined && { drops }),
    ...(inode !== undefined && { inode }),
  };
}

function packetRow(cell: Cell): Row | undefined {
  const [recvQ, uid, inode] = ["Rmem", "User", "Inode"].map((name) => readCount(cell(name)));
  if (recvQ === undefined) return undefined;
  // SOCK_RAW is 3, SOCK_DGRAM 2; Proto is the hex ethertype, Iface an index.
  return {
    family: "packet",
    type: cell("Type") === "2" ? "p_dgr" : "p_raw",
    state: "UNCONN",
    local: `${cell("Proto")}:${cell("Iface")}`,
    recvQ,
    ...(uid !== undefined && { uid }),
    ...(inode !== undefined && { inode }),
  };
}
