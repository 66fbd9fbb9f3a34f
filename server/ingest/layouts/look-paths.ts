import type { Classified } from "./classify";

/** A text's place inside its machine: which look, which network namespace, and its path without them. */
export interface Placed extends Classified {
  readonly look: 1 | 2;
}

const LOOK = /^t([12])\//;
const NETNS_FOLDER = /^netns\/([^/]{1,100})\//;
const SOS_NAMESPACE = /^sos_commands\/networking\/namespaces\/([^/]{1,100})\//;
const SOS_NETNS_EXEC = /(?:^|\/)ip_netns_exec_([^/]{1,100}?)_(?:ss|netstat)_/;
const PID_NET = /^proc\/(\d+|self)\/net\//;
const SOCKET_FORMATS = new Set([
  "ss",
  "netstat",
  "proc-net-inet",
  "proc-net-unix",
  "proc-net-netlink",
  "proc-net-packet",
]);

/**
 * Takes looks and namespaces out of the paths: "t2/proc/meminfo" becomes "proc/meminfo" of the second
 * look, "netns/4026532177/ss-all" becomes "ss-all" seen in that namespace.
 */
export function placeFiles(files: readonly Classified[]): readonly Placed[] {
  return choosePidNet(files.map(place)).filter((file) => isOwnOrSocket(file));
}

function place(classified: Classified): Placed {
  const { file } = classified;
  const look = LOOK.exec(file.path);
  const path = look ? file.path.slice(3) : file.path;
  const netns = namespaceOf(path);
  const inner = path.replace(NETNS_FOLDER, "");
  return {
    ...classified,
    look: look?.[1] === "2" ? 2 : 1,
    file: { ...file, path: inner, ...(netns === undefined ? {} : { netns }) },
  };
}

/** An inode number is written as the kernel's links show it: "net:[4026532177]". */
function namespaceOf(path: string): string | undefined {
  const name = (NETNS_FOLDER.exec(path) ??
    SOS_NAMESPACE.exec(path) ??
    SOS_NETNS_EXEC.exec(path))?.[1];
  if (name === undefined) return undefined;
  return /^\d+$/.test(name) ? `net:[${name}]` : name;
}

/** Counters of another namespace are not the machine's; its sockets are. */
function isOwnOrSocket(placed: Placed): boolean {
  return placed.file.netns === undefined || SOCKET_FORMATS.has(placed.format.id);
}

/**
 * /proc/net is a link to self/net, so archives hold it under the pid of the collector (sosreport). Where
 * proc/net itself is absent, one process stands for it: pid 1, else the only or first one. The others may be
 * in other namespaces.
 */
function choosePidNet(files: readonly Placed[]): readonly Placed[] {
  const hasNet = files.some((placed) => placed.file.path.startsWith("proc/net/"));
  const pids = new Set(files.flatMap((placed) => PID_NET.exec(placed.file.path)?.[1] ?? []));
  if (pids.size === 0) return files;
  const chosen = hasNet ? undefined : (pids.has("1") && "1") || [...pids].sort(byNumber)[0];
  return files.flatMap((placed) => {
    const pid = PID_NET.exec(placed.file.path)?.[1];
    if (pid === undefined) return [placed];
    if (pid !== chosen) return [];
    const path = placed.file.path.replace(PID_NET, "proc/net/");
    return [{ ...placed, file: { ...placed.file, path } }];
  });
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}
