import { meminfoEvidence } from "../../accounting/ledger-facts";
import { mergeProcesses, type Process } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Holder } from "../../report";
import { type Bytes, GIB, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import type { SizeStatus } from "../thresholds";

const SHOWN = 10;

/**
 * Page tables cost 1/512 of what is mapped; far more means that very many processes map the same
 * memory in small pages. Suspect above 5 % of RAM and 256 MiB, or above 1 GiB, a tenth of the mapped
 * memory and 2 % of RAM; below that share of RAM to be watched only.
 */
export const pageTables: Rule = {
  id: "page-tables",
  title: "Page tables of very many mappings",
  bucket: "pageTables",
  judge(diagnosis) {
    const tables = meminfoEvidence(diagnosis.snapshot, "PageTables");
    const status = tables && statusOf(diagnosis, tables.value);
    if (!tables || !status) return undefined;
    const holders = programs(diagnosis);
    const [main] = holders;
    return {
      status,
      headline: `${formatBytes(tables.value)} are page tables: ${mapperOf(main, tables.value)} much memory in small pages`,
      confirm: [
        {
          command: "grep -H VmPTE /proc/[0-9]*/status | sort -k2 -rn | head",
          proves: "Which processes have the largest page tables.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: status === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: holders.length > 0 ? 1 : 0.85, why: "VmPTE of the processes is not known" },
          { factor: diagnosis.memTotal ? 1 : 0.9, why: "MemTotal is not known" },
        ]),
        bytes: { lower: tables.value, upper: tables.value },
        holders,
        evidence: [tables],
        fix: "Huge pages for the shared memory (a page table of 4 KiB then maps 1 GiB), or fewer processes (a connection pool).",
        fixRisk: "Huge pages must be set aside in advance, and the program restarted to use them.",
      },
    };
  },
};

function mapperOf(main: Holder | undefined, bytes: Bytes): string {
  if (!main?.comm || main.bytes.upper < bytes * 0.5) return "many processes map";
  return main.pid === undefined
    ? `${main.count} processes ${main.comm} map`
    : `${main.comm} (pid ${main.pid}) maps`;
}

function statusOf(diagnosis: Diagnosis, bytes: Bytes): SizeStatus {
  const { memTotal } = diagnosis;
  if (memTotal !== undefined && bytes > memTotal * 0.05 && bytes > 256 * MIB) return "suspect";
  const mapped = ["AnonPages", "Shmem"].map(
    (field) => meminfoEvidence(diagnosis.snapshot, field)?.value ?? 0,
  );
  const isMuch = bytes > GIB && bytes > mapped.reduce((sum, each) => sum + each, 0) * 0.1;
  if (!isMuch) return undefined;
  return memTotal !== undefined && bytes < memTotal * 0.02 ? "watch" : "suspect";
}

/** Page tables by program: hundreds of backends that map the same memory are one cause. */
function programs({ snapshot }: Diagnosis): readonly Holder[] {
  const byName = new Map<string, Process[]>();
  for (const process of mergeProcesses(snapshot).values()) {
    if ((process.vmPte ?? 0) === 0) continue;
    const name = process.comm ?? `pid ${process.pid}`;
    const group = byName.get(name);
    if (group) group.push(process);
    else byName.set(name, [process]);
  }
  return [...byName.values()]
    .map((group) => toHolder(snapshot, group))
    .sort((a, b) => b.bytes.upper - a.bytes.upper)
    .slice(0, SHOWN);
}

function toHolder(snapshot: Diagnosis["snapshot"], group: readonly Process[]): Holder {
  const [largest] = [...group].sort((a, b) => (b.vmPte ?? 0) - (a.vmPte ?? 0));
  const bytes = group.reduce((sum, process) => sum + (process.vmPte ?? 0), 0);
  const isOne = group.length === 1;
  return {
    kind: "process",
    ...(isOne && largest ? { pid: largest.pid } : {}),
    ...(largest?.comm ? { comm: largest.comm } : {}),
    ...(isOne ? {} : { count: group.length }),
    bytes: { lower: bytes, upper: bytes },
    evidence: largest
      ? [
          quote(snapshot, largest, {
            text: isOne ? "VmPTE" : `VmPTE of the largest of ${group.length}`,
            value: largest.vmPte ?? 0,
            unit: "bytes",
          }),
        ]
      : [],
  };
}
