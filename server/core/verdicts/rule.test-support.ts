import type { Finding, NodeFacts, SnapshotReport } from "../report";
import { reportSnapshot } from "../report-snapshot";
import { snapshotOf, type Texts } from "../snapshot.test-support";

const USUAL = {
  MemTotal: 16_384,
  MemFree: 8_000,
  MemAvailable: 12_000,
  Buffers: 100,
  Cached: 4_000,
  Shmem: 100,
  SReclaimable: 300,
  SUnreclaim: 200,
  KernelStack: 20,
  PageTables: 40,
};
/** Fields that are no memory of their own: a whole, an estimate, or part of another field. */
const WITHIN = ["MemTotal", "MemAvailable", "Shmem"];

/**
 * meminfo of a healthy machine of 16 GiB with the fields that the test is about, in MiB. Processes hold
 * what is left, so that all but `unexplained` MiB is accounted for.
 */
export function meminfoOf(
  mib: Readonly<Record<string, number>> = {},
  { unexplained = 100 }: { readonly unexplained?: number } = {},
): string {
  const fields: typeof USUAL & Record<string, number> = { ...USUAL, ...mib };
  const counted = Object.entries(fields).filter(([name]) => !WITHIN.includes(name));
  const sum = counted.reduce((total, [, value]) => total + value, unexplained);
  const all = {
    AnonPages: Math.max(0, fields.MemTotal - sum),
    ...fields,
    Slab: fields.SReclaimable + fields.SUnreclaim,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${Math.round(value * 1024)} kB\n`)
    .join("");
}

/** slabinfo as SLUB prints it: name, objects in use, objects, object size, objects per slab, pages per slab. */
export function slabinfoOf(
  ...rows: readonly (readonly [string, number, number, number, number, number])[]
): string {
  const lines = rows.map(([name, active, objects, size, perSlab, pages]) => {
    const slabs = Math.ceil(objects / perSlab);
    return `${name} ${active} ${objects} ${size} ${perSlab} ${pages} : tunables 0 0 0 : slabdata ${slabs} ${slabs} 0\n`;
  });
  return `slabinfo - version: 2.1\n${lines.join("")}`;
}

/** The report on a healthy machine with these texts in place of its own. */
export function reportOn(texts: Texts, node: Partial<NodeFacts> = {}): SnapshotReport {
  return reportSnapshot(snapshotOf({ meminfo: meminfoOf(), ...texts }, node));
}

export function findingOf(report: SnapshotReport, id: string): Finding | undefined {
  return report.findings.find((finding) => finding.id === id);
}
