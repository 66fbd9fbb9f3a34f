import type { SiteTable } from "../parse/allocation-site";
import { parseAllocinfo } from "../parse/allocinfo";
import { parseKmemleak } from "../parse/kmemleak";
import { parseModules } from "../parse/modules";
import { parsePageOwner } from "../parse/page-owner";
import { parseSysakMemleak } from "../parse/sysak-memleak";
import type { SnapshotReport } from "../report";
import { reportSnapshot } from "../report-snapshot";
import type { Snapshot } from "../snapshot";
import { snapshotOf, type Texts } from "../snapshot.test-support";

const GIB_IN_KIB = 1024 * 1024;

/** meminfo of 16 GiB at rest, with so many GiB in no counter. */
export function meminfoWith(allocpageGib: number): string {
  const free = Math.round((10 - allocpageGib) * GIB_IN_KIB);
  return [
    `MemTotal: ${16 * GIB_IN_KIB} kB`,
    `MemFree: ${free} kB`,
    `MemAvailable: ${free + 2 * GIB_IN_KIB} kB`,
    "Buffers: 100000 kB",
    `Cached: ${3 * GIB_IN_KIB} kB`,
    "SwapCached: 0 kB",
    `Active: ${3 * GIB_IN_KIB} kB`,
    `Inactive: ${2 * GIB_IN_KIB} kB`,
    `AnonPages: ${2 * GIB_IN_KIB} kB`,
    "Shmem: 10000 kB",
    "Slab: 600000 kB",
    "SReclaimable: 400000 kB",
    "SUnreclaim: 200000 kB",
    "KernelStack: 12000 kB",
    "PageTables: 20000 kB",
    "VmallocUsed: 60000 kB",
    "Percpu: 9000 kB",
    "",
  ].join("\n");
}

export interface Given extends Texts {
  readonly allocinfo?: string;
  /** Of page_owner, or of page_owner_sort. */
  readonly pageOwner?: string;
  readonly kmemleak?: string;
  /** Output of `sysak memleak`. */
  readonly sysak?: string;
  readonly modules?: string;
  /** The same machine earlier. */
  readonly before?: Given;
}

/** The report on texts of a capture, with call sites and modules where they are given. */
export function reportOn(given: Given): SnapshotReport {
  return reportSnapshot(withSites(given));
}

function withSites({
  allocinfo,
  pageOwner,
  kmemleak,
  sysak,
  modules,
  before,
  ...texts
}: Given): Snapshot {
  return {
    ...snapshotOf(texts),
    allocationSites: [
      ...tableOf("allocinfo", "held", allocinfo && parseAllocinfo(allocinfo).value),
      ...tableOf("page-owner", "held", pageOwner && parsePageOwner(pageOwner, 4_096).value),
      ...tableOf("kmemleak", "held", kmemleak && parseKmemleak(kmemleak).value),
      ...tableOf("sysak-memleak", "sinceAttach", sysak && parseSysakMemleak(sysak, 4_096).value),
    ],
    ...(modules === undefined
      ? {}
      : { modules: { file: "modules", value: parseModules(modules).value } }),
    ...(before ? { previous: withSites(before) } : {}),
  };
}

function tableOf(
  via: SiteTable["via"],
  covers: SiteTable["covers"],
  sites: SiteTable["sites"] | "" | undefined,
): readonly SiteTable[] {
  return sites ? [{ file: via, via, covers, sites }] : [];
}
