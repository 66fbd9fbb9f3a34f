/** A size in bytes. Everything is bytes after parsing; another unit shows in the name. */
export type Bytes = number;

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** The kernel prints "kB" in /proc/meminfo and means KiB (fs/proc/meminfo.c). */
export function kibToBytes(kib: number): Bytes {
  return kib * KIB;
}

export function pagesToBytes(pages: number, pageSize: Bytes): Bytes {
  return pages * pageSize;
}
