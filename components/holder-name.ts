import type { Holder, HolderKind } from "@/server/core/report";
import { callSiteParts } from "./call-site";

const KIND_WORD: Readonly<Record<HolderKind, string>> = {
  process: "Process",
  socket: "Socket",
  slabCache: "Slab cache",
  cgroup: "Control group",
  module: "Module",
  callSite: "Call site",
  mount: "Mount",
  ipc: "IPC segment",
};

const STATE_WORD: Readonly<Record<string, string>> = {
  T: "stopped",
  t: "traced",
  D: "uninterruptible",
  Z: "zombie",
};

/** What a holder is, in one word. */
export function holderKind(kind: HolderKind): string {
  return KIND_WORD[kind];
}

/** The name people call it by: command, function, cache, mount, group; the kind when it has none. */
export function holderName(holder: Holder): string {
  if (holder.kind === "callSite" && holder.name) return callSiteParts(holder.name).name;
  return holder.comm ?? holder.name ?? holder.cgroup ?? holder.local ?? holderKind(holder.kind);
}

const CODE_KINDS: readonly HolderKind[] = ["callSite", "module", "slabCache", "mount", "cgroup"];

/** True where the name is a word of the kernel or a path, which is set in mono. */
export function isCodeName(holder: Holder): boolean {
  return CODE_KINDS.includes(holder.kind) && holder.comm === undefined;
}

/** Identity of a holder: pid, fd, inode, state; empty where nothing is known. */
export function holderIdentity({ pid, fd, inode, state }: Holder): string {
  const parts = [
    pid === undefined ? undefined : `pid ${pid}`,
    fd === undefined ? undefined : `fd ${fd}`,
    inode === undefined ? undefined : `inode ${inode}`,
    state === undefined ? undefined : STATE_WORD[state],
  ];
  return parts.filter((part) => part !== undefined).join(" · ");
}

/** What else is known of it: its name beside a command, both ends of a socket, pod, control group. */
export function holderPlace(holder: Holder): readonly string[] {
  const { local, peer, pod } = holder;
  // The root group holds everything: it says nothing about where.
  const cgroup = holder.cgroup === "/" ? undefined : holder.cgroup;
  const ends = local && peer ? `${local} → ${peer}` : (local ?? peer);
  const title = holderName(holder);
  const file = holder.kind === "callSite" && holder.name && callSiteParts(holder.name).place;
  const places = [file || holder.name, ends, pod && `pod ${pod}`, cgroup];
  return places.filter(
    (place) => place !== undefined && place !== "" && place !== title,
  ) as string[];
}
