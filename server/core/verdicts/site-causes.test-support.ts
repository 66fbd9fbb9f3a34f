import { parseAllocinfo } from "../parse/allocinfo";
import { parseModules } from "../parse/modules";
import type { Finding, SnapshotReport } from "../report";
import { reportSnapshot } from "../report-snapshot";
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
  readonly modules?: string;
}

/** The report on texts of a capture, with call sites and modules where they are given. */
export function reportOn({ allocinfo, modules, ...texts }: Given): SnapshotReport {
  const snapshot = snapshotOf(texts);
  const sites = allocinfo === undefined ? [] : parseAllocinfo(allocinfo).value;
  return reportSnapshot({
    ...snapshot,
    allocationSites:
      sites.length > 0 ? [{ file: "allocinfo", via: "allocinfo", covers: "held", sites }] : [],
    ...(modules === undefined
      ? {}
      : { modules: { file: "modules", value: parseModules(modules).value } }),
  });
}

export function findingOf(report: SnapshotReport, id: string): Finding | undefined {
  return report.findings.find((finding) => finding.id === id);
}
