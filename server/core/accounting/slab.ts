import { quote } from "../evidence";
import type { SlabCache } from "../parse/slabinfo";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { meminfoEvidence } from "./ledger-facts";
import { withMeminfo } from "./meminfo-fallback";
import { explainSlab } from "./slab-glossary";

/** More names than this on one cache nobody reads. */
const MOST_ALIASES = 40;

/** One slab cache as the slab page shows it. Sizes in bytes. */
export interface SlabRow {
  readonly name: string;
  readonly bytes: Bytes;
  readonly objects: number;
  readonly activeObjects: number;
  readonly objectSize: Bytes;
  /** activeObjects / objects, 0 to 1; 1 when there are no objects. */
  readonly fill: number;
  readonly reclaim: "reclaimable" | "unreclaimable" | "unknown";
  readonly subsystem: string;
  /** What the cache holds, in plain words; absent for a cache the glossary does not know. */
  readonly explains?: string;
  /** The loadable module that makes it, as far as the glossary knows. */
  readonly module?: string;
  /** Names that SLUB keeps in the same slabs, from the links in /sys/kernel/slab. */
  readonly aliases?: readonly string[];
  /** Bytes more (or less) than in the earlier look of the same input. */
  readonly growth?: Bytes;
  readonly evidence: Evidence;
}

export interface SlabView {
  /** meminfo's Slab, SReclaimable, SUnreclaim where printed. */
  readonly slab?: Evidence;
  readonly reclaimable?: Evidence;
  readonly unreclaimable?: Evidence;
  readonly sumOfCaches: Bytes;
  /** Slab minus the sum of the caches: kmalloc of more than two pages (kernel 5.4+), in no slabinfo line. */
  readonly largeKmalloc?: Evidence;
  /** Largest first. */
  readonly rows: readonly SlabRow[];
  /** False when only the head of slabtop was given. */
  readonly isComplete: boolean;
}

/** The slab caches of a snapshot by bytes; absent when neither slabinfo nor slabtop was read. */
export function viewSlab(given: Snapshot): SlabView | undefined {
  const snapshot = withMeminfo(given);
  const source = snapshot.slab;
  if (!source) return undefined;
  const before = new Map(snapshot.previous?.slab?.value.map((cache) => [cache.name, cache.bytes]));
  const aliases = slabAliases(snapshot);
  const rows = source.value
    .map((cache) => ({
      ...slabRow(snapshot, { cache, file: source.file, before: before.get(cache.name) }),
      ...aliasesOf(aliases, cache.name),
    }))
    .sort((a, b) => b.bytes - a.bytes);
  const sumOfCaches = rows.reduce((sum, row) => sum + row.bytes, 0);
  return {
    ...meminfoTotals(snapshot),
    sumOfCaches,
    ...(source.isComplete ? largeKmalloc(snapshot, sumOfCaches) : {}),
    rows,
    isComplete: source.isComplete,
  };
}

function slabRow(
  snapshot: Snapshot,
  of: { readonly cache: SlabCache; readonly file: string; readonly before: Bytes | undefined },
): SlabRow {
  const { cache } = of;
  const word = explainSlab(cache.name);
  return {
    name: cache.name,
    bytes: cache.bytes,
    objects: cache.objects,
    activeObjects: cache.activeObjects,
    objectSize: cache.objectSize,
    fill: cache.objects > 0 ? Math.min(1, cache.activeObjects / cache.objects) : 1,
    reclaim: word?.reclaim ?? "unknown",
    subsystem: word?.subsystem ?? "unknown",
    ...(word ? { explains: word.explains } : {}),
    ...(word?.module ? { module: word.module } : {}),
    ...(of.before === undefined ? {} : { growth: cache.bytes - of.before }),
    evidence: quote(
      snapshot,
      { file: of.file, line: cache.line },
      { text: `pages of ${cache.name}`, value: cache.bytes, unit: "bytes", ...slabFormula(cache) },
    ),
  };
}

/** Names by the id that their link in /sys/kernel/slab points to: one line "kmalloc-64 :0000064" each. */
function slabAliases({ smallFiles }: Snapshot): ReadonlyMap<string, readonly string[]> {
  const byId = new Map<string, string[]>();
  for (const line of smallFiles.get("slab.aliases")?.text.split("\n") ?? []) {
    const [name, id] = line.trim().split(/\s+/);
    if (!name || !id?.startsWith(":")) continue;
    const names = byId.get(id) ?? [];
    if (names.length < MOST_ALIASES) names.push(name);
    byId.set(id, names);
  }
  return new Map(
    [...byId.values()].flatMap((names) => names.map((name) => [name, names] as const)),
  );
}

function aliasesOf(
  aliases: ReadonlyMap<string, readonly string[]>,
  name: string,
): Pick<SlabRow, "aliases"> {
  const others = (aliases.get(name) ?? []).filter((other) => other !== name);
  return others.length > 0 ? { aliases: others } : {};
}

function slabFormula(cache: SlabCache): { readonly formula?: string } {
  if (cache.slabs === undefined || cache.pagesPerSlab === undefined) return {};
  return { formula: `${cache.slabs} slabs × ${cache.pagesPerSlab} pages × page size` };
}

function meminfoTotals(
  snapshot: Snapshot,
): Pick<SlabView, "slab" | "reclaimable" | "unreclaimable"> {
  const slab = meminfoEvidence(snapshot, "Slab");
  const reclaimable = meminfoEvidence(snapshot, "SReclaimable");
  const unreclaimable = meminfoEvidence(snapshot, "SUnreclaim");
  return {
    ...(slab ? { slab } : {}),
    ...(reclaimable ? { reclaimable } : {}),
    ...(unreclaimable ? { unreclaimable } : {}),
  };
}

/** Source: mm/slub.c; kmalloc beyond two pages goes straight to the page allocator but counts as slab since 5.4. */
function largeKmalloc(snapshot: Snapshot, sumOfCaches: Bytes): Pick<SlabView, "largeKmalloc"> {
  const slab = meminfoEvidence(snapshot, "Slab");
  if (!slab || slab.value <= sumOfCaches) return {};
  return {
    largeKmalloc: {
      ...slab,
      text: "slab pages in no cache: kmalloc of more than two pages",
      value: slab.value - sumOfCaches,
      formula: `Slab − sum of slabinfo (${sumOfCaches})`,
    },
  };
}
