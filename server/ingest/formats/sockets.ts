import { parseNetstat } from "../../core/parse/netstat";
import type { Parsed } from "../../core/parse/parsed";
import { parseProcNetInet } from "../../core/parse/proc-net-inet";
import {
  parseProcNetNetlink,
  parseProcNetPacket,
  parseProcNetUnix,
} from "../../core/parse/proc-net-other";
import type { SocketFamily, SocketRow } from "../../core/parse/socket";
import { parseSs } from "../../core/parse/ss";
import { parseSkcheck } from "../../core/parse/sysak-skcheck";
import type { SocketTable } from "../../core/snapshot";
import type { Draft } from "./draft";
import { type Format, stemOf, type TextFile } from "./format";

type RowParser = (file: TextFile) => Parsed<readonly SocketRow[]>;

function table(via: SocketTable["via"], parse: RowParser): Format["enter"] {
  return (draft, file) => {
    const rows = draft.read(file, () => parse(file));
    if (!rows) return false;
    draft.lists.socketTables.push({
      file: rows.file,
      via,
      rows: rows.value,
      ...(file.netns === undefined ? {} : { netns: file.netns }),
    });
    return true;
  };
}

/** Sums of skmem by task stand in where no table shows the sockets themselves. */
function enterSkcheck(draft: Draft, file: TextFile): boolean {
  const check = draft.read(file, parseSkcheck);
  if (!check) return false;
  const { sockstat, rows } = check.value;
  if (sockstat.size > 0) draft.single.sockstat ??= { file: check.file, value: sockstat };
  if (rows.length > 0 && draft.lists.socketTables.length === 0) {
    draft.lists.socketTables.push({ file: check.file, via: "ss", rows });
  }
  return true;
}

const STATES =
  "ESTAB|LISTEN|UNCONN|CLOSE-WAIT|TIME-WAIT|FIN-WAIT-1|FIN-WAIT-2|LAST-ACK|SYN-SENT|SYN-RECV|CLOSING";
const SS_ROW = new RegExp(`^(?:[a-z_]{2,6}\\d?\\s+)?(?:${STATES})\\s+\\d+\\s+\\d+\\s+\\S`, "m");
const SS_HEADER = /^(?:Netid\s+)?(?:State\s+)?Recv-Q\s+Send-Q\s+Local Address/m;

/** `ss -t` prints no protocol column; our collector's file names say it ("ss-tcp"). */
const FAMILY_BY_NAME: ReadonlyMap<string, SocketFamily> = new Map([
  ["ss-tcp", "tcp"],
  ["ss-udp", "udp"],
  ["ss-raw", "raw"],
  ["ss-unix", "unix"],
  ["ss-packet", "packet"],
  ["ss-netlink", "netlink"],
  ["ss-sctp", "sctp"],
  ["ss-vsock", "vsock"],
]);

const PROC_NET =
  /(?:^|\/)(?:proc\/(?:\d+\/|self\/)?net|proc-net)\/[a-z0-9]+$|^[a-z0-9]+(?:\.txt)?$/;
const INET_TABLES = ["tcp", "tcp6", "udp", "udp6", "raw", "raw6", "udplite", "udplite6"];

export const SOCKET_FORMATS: readonly Format[] = [
  {
    id: "ss",
    names: ["ss", ...FAMILY_BY_NAME.keys(), "ss-all"],
    starts: ["ss_-", "ss-", "ip_netns_exec_"],
    where: /(?:^|\/)ss[^/]*$|_ss_-[^/]*$/,
    except: /ss_-s$|ss_stat|_ss_-s$/,
    looksLike: (head) => SS_HEADER.test(head) || /\bskmem:\(r\d/.test(head) || SS_ROW.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: table("ss", (file) => parseSs(file.text, FAMILY_BY_NAME.get(stemOf(file.path)))),
  },
  {
    id: "netstat",
    names: ["netstat"],
    starts: ["netstat_", "ip_netns_exec_"],
    where: /(?:^|\/)netstat(?:_-W)?(?:_-[a-z]*[tupe][a-z]*)?(?:\.txt)?$|_netstat_[^/]*neopa$/,
    except: /(?:^|\/)net\/netstat$|netstat_-s$|netstat_-W_-agn$|netstat_-agn$/,
    looksLike: (head) =>
      /^Active (?:Internet connections|UNIX domain sockets)/m.test(head) ||
      /^Proto\s+(?:Recv-Q|RefCnt)/m.test(head),
    take: "all",
    enter: table("netstat", (file) => parseNetstat(file.text)),
  },
  {
    id: "proc-net-inet",
    names: INET_TABLES,
    where: PROC_NET,
    looksLike: (head) => /^\s*sl\s+local_address\s+(?:rem_address|remote_address)/m.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: table("proc", (file) => {
      const stem = stemOf(file.path);
      return parseProcNetInet(file.text, INET_TABLES.includes(stem) ? stem : "tcp");
    }),
  },
  {
    id: "proc-net-unix",
    names: ["unix"],
    where: PROC_NET,
    looksLike: (head) => /^Num\s+RefCount\s+Protocol\s+Flags/m.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: table("proc", (file) => parseProcNetUnix(file.text)),
  },
  {
    id: "proc-net-netlink",
    names: ["netlink"],
    where: PROC_NET,
    looksLike: (head) => /^sk\s+Eth\s+Pid\s+Groups/m.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: table("proc", (file) => parseProcNetNetlink(file.text)),
  },
  {
    id: "proc-net-packet",
    names: ["packet"],
    where: PROC_NET,
    looksLike: (head) => /^sk\s+RefCnt\s+Type\s+Proto/m.test(head),
    take: "all",
    mayBeEmpty: true,
    enter: table("proc", (file) => parseProcNetPacket(file.text)),
  },
  {
    id: "sysak-skcheck",
    names: ["skcheck", "sysak-skcheck", "sysak_skcheck"],
    looksLike: (head) => /^\s*tx_queue [\d.]+K rx_queue [\d.]+K queue_total /m.test(head),
    take: "best",
    enter: enterSkcheck,
  },
];
