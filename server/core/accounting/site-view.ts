import { quote } from "../evidence";
import type { AllocationSite, Frame, SiteSource, SiteTable } from "../parse/allocation-site";
import { SiteSums } from "../parse/site-sums";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { type SiteBucket, type SiteShare, shareOf } from "./site-buckets";
import { moduleOf, ownFrames, subsystemOf, withoutEntry } from "./site-subsystems";

/** Who allocated what, by one dump or trace. Sizes in bytes. */
export interface SiteView {
  readonly file: string;
  readonly via: SiteSource;
  /** held: everything alive when it was read; sinceAttach: only what was allocated while tracing. */
  readonly covers: SiteTable["covers"];
  /** Of all sites, objects inside slab pages not counted twice. */
  readonly totalBytes: Bytes;
  readonly byBucket: readonly { readonly bucket: SiteBucket; readonly bytes: Bytes }[];
  /** Module, or subsystem of what is built in; largest first. */
  readonly byModule: readonly SiteGroup[];
  /** Largest first, at most 500. */
  readonly rows: readonly SiteRow[];
  readonly omitted: { readonly rows: number; readonly bytes: Bytes };
}

interface SiteGroup {
  readonly name: string;
  readonly subsystem: string;
  readonly bucket: SiteBucket;
  readonly bytes: Bytes;
  readonly calls: number;
}

export interface SiteRow {
  /** The same site has the same id in every snapshot of a kernel. */
  readonly id: string;
  /** Outermost first, for an icicle: subsystem, then module and frames, or file and function. */
  readonly path: readonly string[];
  readonly site: string;
  readonly module?: string;
  readonly subsystem: string;
  readonly bucket: SiteBucket;
  readonly bytes: Bytes;
  readonly calls: number;
  readonly allocated?: { readonly bytes: Bytes; readonly calls: number };
  readonly order?: number;
  readonly task?: { readonly pid?: number; readonly comm?: string };
  readonly evidence: Evidence;
}

const MOST_ROWS = 500;
/** allocinfo's rows for the slab allocator's own pages: the objects in them stand by their callers. */
const SLAB_ALLOCATOR = /^(?:alloc_slab_page|alloc_slab_obj_exts)$/;

interface Attributed extends SiteShare {
  readonly site: AllocationSite;
  readonly frames: readonly Frame[];
  readonly subsystem: string;
  readonly module: string | undefined;
}

const viewed = new WeakMap<Snapshot, readonly SiteView[]>();

/** Every table of allocation sites of the snapshot, attributed to buckets, subsystems and modules. */
export function viewSites(snapshot: Snapshot): readonly SiteView[] {
  const known = viewed.get(snapshot);
  if (known) return known;
  const views = snapshot.allocationSites.map((table) => viewTable(snapshot, table));
  viewed.set(snapshot, views);
  return views;
}

function viewTable(snapshot: Snapshot, table: SiteTable): SiteView {
  const { file, via, covers, sites } = table;
  const attributed = merged(sites).map((site) => attribute(site, via, snapshot.node.pageSize));
  const pages = attributed.filter((each) => !each.isObject);
  const shown = attributed
    .filter(({ frames }) => !SLAB_ALLOCATOR.test(frames[0]?.func ?? ""))
    .sort((a, b) => b.site.bytes - a.site.bytes);
  const rest = shown.slice(MOST_ROWS);
  return {
    ...{ file, via, covers, totalBytes: sumOf(pages) },
    byBucket: [...groupBy(pages, ({ bucket }) => bucket)]
      .map(([bucket, each]) => ({ bucket, bytes: sumOf(each) }))
      .sort((a, b) => b.bytes - a.bytes),
    byModule: groups(shown),
    rows: shown.slice(0, MOST_ROWS).map((each) => toRow(snapshot, file, each)),
    omitted: { rows: rest.length, bytes: sumOf(rest) },
  };
}

/** Stacks that differ only in how the kernel was entered are one. */
function merged(sites: readonly AllocationSite[]): readonly AllocationSite[] {
  const sums = new SiteSums();
  // Largest first, so that the sum quotes the line of its largest part.
  const ordered = [...sites].sort((a, b) => b.bytes - a.bytes);
  for (const site of ordered) sums.add({ ...site, frames: withoutEntry(site.frames) });
  return sums.sites();
}

function attribute(site: AllocationSite, via: SiteSource, pageSize: Bytes): Attributed {
  const frames = ownFrames(site);
  const share = shareOf(site, via, pageSize);
  return {
    ...share,
    ...{ site, frames, subsystem: subsystemOf(frames, share.bucket), module: moduleOf(frames) },
  };
}

function sumOf(sites: readonly Attributed[]): Bytes {
  return sites.reduce((sum, { site }) => sum + site.bytes, 0);
}

function groupBy<K>(
  sites: readonly Attributed[],
  keyOf: (each: Attributed) => K,
): ReadonlyMap<K, Attributed[]> {
  const groups = new Map<K, Attributed[]>();
  for (const each of sites) {
    const key = keyOf(each);
    const there = groups.get(key);
    if (there) there.push(each);
    else groups.set(key, [each]);
  }
  return groups;
}

function groups(sites: readonly Attributed[]): readonly SiteGroup[] {
  const byName = groupBy(sites, (each) => `${each.bucket} ${each.module ?? each.subsystem}`);
  return [...byName.values()]
    .flatMap((each) => {
      const [first] = each;
      if (!first) return [];
      const calls = each.reduce((sum, { site }) => sum + site.calls, 0);
      const { bucket, subsystem, module } = first;
      return [{ name: module ?? subsystem, subsystem, bucket, bytes: sumOf(each), calls }];
    })
    .sort((a, b) => b.bytes - a.bytes);
}

function toRow(snapshot: Snapshot, file: string, each: Attributed): SiteRow {
  const { site, frames, subsystem, module, bucket } = each;
  const { bytes, calls, allocated, order, task, line } = site;
  const name = nameOf(frames);
  return {
    id: idOf(site),
    path: pathOf(each),
    site: name,
    ...(module ? { module } : {}),
    ...{ subsystem, bucket, bytes, calls },
    ...(allocated ? { allocated } : {}),
    ...(order === undefined ? {} : { order }),
    ...(task ? { task } : {}),
    evidence: quote(snapshot, { file, line }, { text: name, value: bytes, unit: "bytes" }),
  };
}

/** "net/core/sock.c:3056 skb_page_frag_refill", or of a stack its innermost own frame. */
function nameOf([frame]: readonly Frame[]): string {
  if (!frame) return "";
  const { func, file, sourceLine } = frame;
  return file ? `${file}:${sourceLine ?? 0} ${func}` : func;
}

function pathOf({ frames, subsystem, module }: Attributed): readonly string[] {
  const [first] = frames;
  const head = module && !subsystem.endsWith(module) ? [subsystem, module] : [subsystem];
  if (first?.file) return [...head, first.file, `${first.func}:${first.sourceLine ?? 0}`];
  return [...head, ...frames.map(({ func }) => func).reverse()];
}

/** Two rounds of FNV-1a over the frames and what else sets a site apart: short, and the same everywhere. */
function idOf({ frames, order, pages, slabCache, memcg }: AllocationSite): string {
  const key = [
    ...frames.map(({ func, file, sourceLine, module }) =>
      [func, file, sourceLine, module].join("\t"),
    ),
    [order, pages, slabCache, memcg?.isOffline].join("\t"),
  ].join("\n");
  return fnv(key, 0x811c9dc5) + fnv(key, 0x01000193);
}

function fnv(text: string, seed: number): string {
  let hash = seed;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
