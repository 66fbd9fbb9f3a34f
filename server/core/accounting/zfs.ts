import { quote } from "../evidence";
import type { Composition, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import type { Bytes } from "../units";
import { bucketBytes } from "./buckets";

/** ZFS's cache, as far as it lies in pages of its own. Sizes in bytes. */
export interface ArcView {
  readonly size: Evidence;
  /** The largest it may grow to (c_max). */
  readonly limit?: Evidence;
  /** In pages that no counter shows. */
  readonly pages: { readonly lower: Bytes; readonly upper: Bytes };
  readonly evidence: readonly Evidence[];
}

/** ABD fills whole pages: buffers smaller than one leave some of it empty. */
const ROUNDING = 1.1;
/** Caches of the SPL for buffers; those with a size are backed by vmalloc. */
const LINEAR = /^zio_(?:data_)?buf_/;

/**
 * What arcstats says. Buffers (data, metadata) lie in pages since 0.7 (ABD), or in caches of the SPL, which
 * are vmalloc; headers and dnodes lie in slab. So at least the buffers less what vmalloc can hold, at most
 * the whole cache with the rounding. Absent without arcstats.
 */
export function viewArc(
  snapshot: Snapshot,
  composition: Pick<Composition, "buckets"> | undefined,
): ArcView | undefined {
  const size = arcstat(snapshot, "size", "ARC size");
  if (!size) return undefined;
  const parts = ["data_size", "metadata_size"].flatMap(
    (name) => arcstat(snapshot, name, `ARC ${name}`) ?? [],
  );
  const buffers =
    parts.length > 0 ? parts.reduce((sum, part) => sum + part.value, 0) : size.value * 0.8;
  const limit = arcstat(snapshot, "c_max", "ARC limit (c_max)");
  const lower = Math.max(0, Math.round(buffers - linearBytes(snapshot, composition)));
  return {
    size,
    ...(limit ? { limit } : {}),
    pages: { lower, upper: Math.max(lower, Math.round(size.value * ROUNDING)) },
    evidence: [size, ...parts, ...(limit ? [limit] : [])],
  };
}

/** Buffers in the SPL's own caches; without its table at most all of vmalloc. */
function linearBytes(
  { splSlab }: Snapshot,
  composition: Pick<Composition, "buckets"> | undefined,
): Bytes {
  if (!splSlab) return composition ? bucketBytes(composition, "vmalloc") : 0;
  return splSlab.value
    .filter(({ name }) => LINEAR.test(name))
    .reduce((sum, cache) => sum + (cache.bytes ?? 0), 0);
}

function arcstat(snapshot: Snapshot, name: string, text: string): Evidence | undefined {
  const { arcstats } = snapshot;
  const measured = arcstats?.value.get(name);
  if (!arcstats || !measured) return undefined;
  const at = { file: arcstats.file, line: measured.line };
  return quote(snapshot, at, { text, value: measured.value, unit: "bytes" });
}

/** What shows that ZFS runs here where arcstats was not taken: its module, or its caches in slab. */
export function zfsSigns(snapshot: Snapshot): readonly Evidence[] {
  const module = snapshot.modules?.value.find(({ name }) => name === "zfs");
  const cache = snapshot.slab?.value.find(({ name }) => ZFS_CACHES.test(name));
  return [
    ...(snapshot.modules && module
      ? [
          quote(
            snapshot,
            { file: snapshot.modules.file, line: module.line },
            { text: "module zfs", value: module.size, unit: "bytes" },
          ),
        ]
      : []),
    ...(snapshot.slab && cache
      ? [
          quote(
            snapshot,
            { file: snapshot.slab.file, line: cache.line },
            { text: `slab cache ${cache.name}`, value: cache.bytes, unit: "bytes" },
          ),
        ]
      : []),
  ];
}

const ZFS_CACHES = /^(?:arc_buf_hdr_t(?:_full)?|dmu_buf_impl_t|zfs_znode_cache|zio_cache)$/;
