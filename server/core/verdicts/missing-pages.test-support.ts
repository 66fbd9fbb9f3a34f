/** meminfo of a machine of 24 GiB at rest, of which so many MiB are in no counter, so many in vmalloc. */
export function nodeMissing(missingMib: number, vmallocMib = 0): string {
  const free = (20_000 - missingMib - vmallocMib) * 1024;
  return `MemTotal: 25165824 kB
MemFree: ${free} kB
MemAvailable: ${free} kB
Buffers: 100000 kB
Cached: 3072000 kB
AnonPages: 1228800 kB
Slab: 256000 kB
SReclaimable: 156000 kB
SUnreclaim: 100000 kB
KernelStack: 10000 kB
PageTables: 30000 kB
VmallocUsed: ${vmallocMib * 1024 + 30_000} kB
`;
}
