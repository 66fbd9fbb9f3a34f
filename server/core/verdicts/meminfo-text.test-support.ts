/** Parts of a written machine, in GiB; what is left is free. */
interface Written {
  readonly total: number;
  readonly anon?: number;
  readonly shmem?: number;
  /** Of the shared memory, how much is mapped. */
  readonly mapped?: number;
  readonly cache?: number;
  /** In no counter. */
  readonly hidden?: number;
  /** Huge pages of the default size. */
  readonly hugetlb?: number;
  /** More lines in GiB, taken off what is free unless they are views of others. */
  readonly own?: Readonly<Record<string, number>>;
  readonly views?: Readonly<Record<string, number>>;
  /** Lines as they stand. */
  readonly lines?: string;
}

const KIB_PER_GIB = 1024 ** 2;

/** A meminfo written from the field layout that adds up, so that only the memory under test can speak. */
export function meminfoText(of: Written): string {
  const { anon = 1, shmem = 0.05, mapped = 0, cache = 1, hidden = 0.05, hugetlb = 0 } = of;
  const slab = 0.2;
  const own = Object.values(of.own ?? {}).reduce((sum, gib) => sum + gib, 0);
  const free = of.total - anon - shmem - cache - hidden - hugetlb - slab - own;
  const fields: Readonly<Record<string, number>> = {
    ...{ MemTotal: of.total, MemFree: free, MemAvailable: free + cache * 0.9, Buffers: 0 },
    ...{ Cached: cache + shmem, AnonPages: anon, Mapped: mapped, Shmem: shmem },
    ...{ Slab: slab, SReclaimable: 0.1, SUnreclaim: 0.1 },
    ...of.own,
    ...of.views,
  };
  const lines = Object.entries(fields).map(
    ([name, gib]) => `${name}: ${Math.round(gib * KIB_PER_GIB)} kB`,
  );
  return `${lines.join("\n")}\n${of.lines ?? ""}`;
}
