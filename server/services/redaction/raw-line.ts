import { splitEndpoint } from "./address";
import type { Mask } from "./mask";

/** Formats whose lines hold counters of the kernel and no name of a user's. */
const COUNTERS = new Set([
  "meminfo",
  "vmstat",
  "zoneinfo",
  "buddyinfo",
  "slabinfo",
  "slabtop",
  "numa-meminfo",
  "sockstat",
  "sockstat6",
  "net-counters",
  "pressure",
  "hugepages",
  "kpageflags",
  "page-types",
  "allocinfo",
]);

/** Formats of one socket a line. */
const SOCKETS = new Set(["ss", "netstat", "proc-net-inet"]);

// A per-cgroup slab cache of older kernels carries the cgroup's name: "kmalloc-64(1203:web.service)".
const CGROUP_CACHE = /\(/;

/**
 * The raw line of a piece of evidence as a stranger may see it, or nothing.
 *
 * Lines of counters stay as the kernel printed them. Lines of socket tables are written anew from the
 * words that are known to be harmless. Lines of any other format are left out: what they hold is not known.
 */
export function shareRawLine(raw: string, format: string, mask: Mask): string | undefined {
  if (COUNTERS.has(format))
    return mask.text(raw) === raw && !isCgroupCache(raw, format) ? raw : undefined;
  if (SOCKETS.has(format)) return raw.split(/(\s+)/).map(shareSocketWord(mask)).join("");
  const { commands, paths, hostnames, addresses } = mask.reveal;
  return commands && paths && hostnames && addresses ? raw : undefined;
}

function isCgroupCache(raw: string, format: string): boolean {
  return format.startsWith("slab") && CGROUP_CACHE.test(raw);
}

// Numbers, states, queue sizes, inode and counters: what ss and netstat print beside names.
const HARMLESS =
  /^(?:\s*|-|<->|-->|<--|\d{1,20}|(?:tcp|udp|raw|sctp|dccp|unix|icmp|packet|vsock|mptcp)6?|[up]_(?:str|dgr|seq|raw)|nl|v_(?:str|dgr)|ESTAB(?:LISHED)?|LISTEN(?:ING)?|UNCONN|CLOSED?|CLOSE[-_]WAIT|CLOSING|LAST[-_]ACK|TIME[-_]WAIT|FIN[-_]WAIT[-_]?[12]|SYN[-_](?:SENT|RECV)|CONNECT(?:ED|ING)|STREAM|DGRAM|SEQPACKET|ACC|skmem:\([a-z0-9,]+\)|(?:ino|uid|rcv_rtt|rtt|rto|ato|mss|pmtu|rcvmss|advmss|cwnd|ssthresh|bytes_\w+|segs_\w+|data_segs_\w+|lastsnd|lastrcv|lastack|rcv_space|rcv_ssthresh|minrtt|snd_wnd|rcv_wnd|notsent|unacked|retrans|reordering|backoff|delivered|busy|rwnd_limited):[\d./a-z%()]{1,40}|timer:\([\w,.%]{1,60}\)|on|off|off \([\d./]+\)|\([\d./]+\))$/;
const USERS = /^users:\((?:\("[^"\\]{0,16}",pid=\d+,fd=\d+\),?)+\)$/;
const USER = /\("([^"]{0,16})",(pid=\d+,fd=\d+)\)/g;
const HEX_ENDPOINT = /^(?:[0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/;
const PID_PROGRAM = /^(\d{1,10})\/([\w:.-]{1,20})$/;

const LEFT_OUT = "…";

/** One word of a socket line: kept when harmless, masked when it is an endpoint, else replaced by "…". */
function shareSocketWord(mask: Mask): (word: string) => string {
  return (word) => {
    if (HARMLESS.test(word)) return word;
    if (USERS.test(word)) return maskUsers(word, mask);
    if (HEX_ENDPOINT.test(word)) return maskHexEndpoint(word, mask);
    const [, pid, program] = PID_PROGRAM.exec(word) ?? [];
    if (pid !== undefined && program !== undefined) return `${pid}/${mask.text(program)}`;
    return isEndpoint(word) ? mask.endpoint(word) : LEFT_OUT;
  };
}

/** Process names stay, unless one of them quotes a host name or a path. */
function maskUsers(word: string, mask: Mask): string {
  return word.replace(USER, (_, comm: string, ids: string) => `("${mask.text(comm)}",${ids})`);
}

// "sk:1f", "cgroup:/system.slice/x": a name and a value that are in no list of harmless ones.
const KEY_VALUE = /^[a-z_]+:(?!\*$)/;

function isEndpoint(word: string): boolean {
  if (KEY_VALUE.test(word)) return false;
  return word.startsWith("/") || word.startsWith("@") || splitEndpoint(word).port !== "";
}

// /proc/net/tcp prints addresses as hexadecimal words in host order: loopback is 0100007F.
const HEX_EVERYONES = /^(?:0{8}|[0-9A-F]{6}7F|0{32}|0{24}01000000|0{16}FFFF0000[0-9A-F]{6}7F):/;

function maskHexEndpoint(word: string, mask: Mask): string {
  if (mask.reveal.addresses || HEX_EVERYONES.test(word)) return word;
  const [host, port] = word.split(":");
  return `${mask.pseudonym("address", host ?? "")}:${port}`;
}
