import type { Draft } from "./draft";
import type { Format, TextFile } from "./format";

/** Longer ones are no single-value files; the few tables among them stay far below. */
const SMALL_FILE_LIMIT = 1024 * 1024;

/** Files kept as text under their path tail, for the rules that ask for one value. */
const TAILS: readonly RegExp[] = [
  /(?:^|\/)(sys\/block\/zram\d+\/disksize)$/,
  /(?:^|\/)(proc\/(?:pagetypeinfo|loadavg))$/,
  /(?:^|\/)(proc\/(?:\d+\/|self\/)?net\/(?:protocols|softnet_stat))$/,
  /(?:^|\/)(sys\/kernel\/mm\/transparent_hugepage\/(?:enabled|defrag))$/,
  /(?:^|\/)(sys\/class\/drm\/card\d+\/device\/mem_info_(?:gtt|vram)_used)$/,
  /(?:^|\/)(sys\/kernel\/mm\/lru_gen\/enabled)$/,
  /(?:^|\/)(sys\/kernel\/debug\/percpu_stats)$/,
  /(?:^|\/)(sys\/devices\/system\/node\/node\d+\/vmstat)$/,
  /(?:^|\/)(sys\/fs\/cgroup\/cgroup\.stat)$/,
  /(?:^|\/)((?:slab\.(?:aliases|objects|sysfs)|balloon))$/,
  /(?:^|\/)(proc\/sys\/(?:vm|fs|net\/core|net\/ipv4|net\/unix|net\/netfilter|kernel)\/[^/]+)$/,
  /(?:^|\/)(sos_commands\/memory\/free(?:_-[a-z]+)?)$/,
];

function smallFileKey(path: string): string | undefined {
  for (const tail of TAILS) {
    const key = tail.exec(path)?.[1];
    if (key !== undefined) return key;
  }
  return undefined;
}

function enterSmallFile(draft: Draft, file: TextFile): boolean {
  const key = smallFileKey(file.path);
  if (key === undefined || file.text.length > SMALL_FILE_LIMIT) return false;
  if (draft.smallFiles.has(key)) return false;
  draft.smallFiles.set(key, { file: file.name, text: file.text });
  return true;
}

export const SMALL_FILE_FORMATS: readonly Format[] = [
  {
    id: "small-file",
    names: [],
    starts: [""],
    where: new RegExp(TAILS.map((tail) => tail.source).join("|")),
    except: /(?:^|\/)proc\/sys\//,
    take: "all",
    mayBeEmpty: true,
    enter: enterSmallFile,
  },
];
