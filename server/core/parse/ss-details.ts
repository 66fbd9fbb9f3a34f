import type { Bytes } from "../units";
import type { Skmem, SocketUser } from "./socket";

/** What ss prints after the two addresses, on the same or on the following lines. */
export interface SsDetails {
  readonly skmem?: Skmem;
  readonly info: ReadonlyMap<string, number>;
  readonly users: readonly SocketUser[];
  readonly uid?: number;
  readonly inode?: number;
  readonly cgroup?: string;
  readonly ring?: Bytes;
}

// TASK_COMM_LEN allows 15 bytes; a comm too short to hold `",pid=1,fd=2),(` plus one
// character cannot forge a second holder, hence the lookahead and the empty-comm ban.
const USER_NEW =
  /\("(.{1,64}?)",pid=(\d{1,10})(?:,(?:tid|proc_ctx)=[^,)]{0,256}){0,2},fd=(\d{1,10})(?:,sock_ctx=[^,)]{0,256})?\)(?=,\(|\))/g;
// iproute2 before 3.17: users:(("nginx",1164,5)).
const USER_OLD = /\("(.{1,64}?)",(\d{1,10}),(\d{1,10})\)(?=,\(|\))/g;

const SKMEM = /(?<![a-z])skmem:\(([^)]{0,160})\)/;
const OLD_MEM = /(?<![a-z])mem:\(([^)]{0,160})\)/;
const MEM_FIELD = /^([a-z]{1,2})(-?\d{1,15})$/;
const INFO = /(?<!\S)([a-z][a-z0-9_]{0,31}):(-?\d{1,20}(?:\.\d{1,9})?)(?![\w.:])/g;
const INFO_WITH_UNIT = /(?<!\S)([a-z][a-z0-9_]{0,31}):(\d{1,20}(?:\.\d{1,9})?)(?:ms|%)/g;
const RETRANS = /(?<!\S)retrans:\d{1,10}\/(\d{1,10})/;
const RING = /(?<!\S)ring_[rt]x\(blk_size:(\d{1,10}),blk_nr:(\d{1,10}),/g;
const OWN_FIELDS: ReadonlySet<string> = new Set(["ino", "uid", "sk", "fwmark", "dev"]);

/**
 * Reads `users:((…))`, `skmem:(…)`, `uid:`, `ino:`, `cgroup:`, `ring_rx(…)` and the name:value
 * numbers of `ss -i` (`retrans:0/5` gives retrans 0 and retrans_total 5; times are in ms).
 *
 * Source: iproute2 misc/ss.c, proc_ctx_print, print_skmeminfo, tcp_stats_print.
 */
export function parseSsDetails(text: string): SsDetails {
  const { users, rest } = takeUsers(text);
  const cgroup = /(?<!\S)cgroup:(\S{1,4096})/.exec(rest)?.[1];
  const uid = ownNumber(rest, "uid");
  const inode = ownNumber(rest, "ino");
  const skmem = readSkmem(rest);
  const ring = readRings(rest);
  return {
    info: readInfo(rest),
    users,
    ...(skmem && { skmem }),
    ...(cgroup !== undefined && { cgroup }),
    ...(uid !== undefined && { uid }),
    ...(inode !== undefined && { inode }),
    ...(ring > 0 && { ring }),
  };
}

// The names inside users:(…) are chosen by the processes: nothing else may be read there.
function takeUsers(text: string): { users: SocketUser[]; rest: string } {
  const start = text.indexOf("users:((");
  if (start < 0) return { users: [], rest: text };
  const tail = text.slice(start);
  const matches = [...tail.matchAll(tail.includes(",pid=") ? USER_NEW : USER_OLD)];
  const last = matches.at(-1);
  const end = last ? last.index + last[0].length : "users:((".length;
  const users = matches.map(([, comm = "", pid, fd]) => ({
    comm,
    pid: Number(pid),
    fd: Number(fd),
  }));
  return { users, rest: `${text.slice(0, start)} ${tail.slice(end).replace(/^\)/, "")}` };
}

function ownNumber(text: string, name: "uid" | "ino"): number | undefined {
  const digits = new RegExp(`(?<!\\S)${name}:(\\d{1,15})(?!\\S)`).exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function readSkmem(text: string): Skmem | undefined {
  const inside = (SKMEM.exec(text) ?? OLD_MEM.exec(text))?.[1];
  if (inside === undefined) return undefined;
  const field = new Map<string, number>();
  for (const part of inside.split(",")) {
    const [, name, digits] = MEM_FIELD.exec(part.trim()) ?? [];
    if (name) field.set(name, Number(digits));
  }
  const [r, t, f, w] = ["r", "t", "f", "w"].map((name) => field.get(name));
  if (r === undefined || t === undefined || f === undefined || w === undefined) return undefined;
  return { r, t, f: signed32(f), w, ...optionalSkmem(field) };
}

function optionalSkmem(field: ReadonlyMap<string, number>): Partial<Skmem> {
  const names = ["rb", "tb", "o", "bl", "d"] as const;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = field.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

// sk_forward_alloc is a signed int, print_skmeminfo prints it with %u: f4292388352 is -2578944.
function signed32(value: number): number {
  return value | 0;
}

// ring_rx(blk_size:1048576,blk_nr:64,frm_size:2048,…) and ring_tx(…) of a packet socket, whatever version they have.
function readRings(text: string): Bytes {
  let bytes = 0;
  for (const [, size, blocks] of text.matchAll(RING)) bytes += Number(size) * Number(blocks);
  return bytes;
}

function readInfo(text: string): Map<string, number> {
  const info = new Map<string, number>();
  for (const pattern of [INFO, INFO_WITH_UNIT]) {
    for (const [, name, digits] of text.matchAll(pattern)) {
      if (name && !OWN_FIELDS.has(name)) info.set(name, Number(digits));
    }
  }
  const retransTotal = RETRANS.exec(text)?.[1];
  if (retransTotal) info.set("retrans_total", Number(retransTotal));
  return info;
}
