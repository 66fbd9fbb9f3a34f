import { meminfoEvidence } from "../../accounting/ledger-facts";
import { mergeProcesses, type Process } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Holder } from "../../report";
import { type Bytes, GIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

const HOLDERS = 10;

/**
 * Page tables cost 1/512 of what is mapped; far more means that very many processes map the same
 * memory in small pages. Suspect above 5 % of RAM, or above 1 GiB and a tenth of the mapped memory.
 */
export const pageTables: Rule = {
  id: "page-tables",
  title: "Page tables of very many mappings",
  bucket: "pageTables",
  judge(diagnosis) {
    const tables = meminfoEvidence(diagnosis.snapshot, "PageTables");
    if (!tables || !isLarge(diagnosis, tables.value)) return undefined;
    const holders = largest(diagnosis);
    return {
      status: "suspect",
      headline: `${formatBytes(tables.value)} are page tables: many processes map much memory in small pages`,
      confirm: [
        {
          command: "grep -H VmPTE /proc/[0-9]*/status | sort -k2 -rn | head",
          proves: "Which processes have the largest page tables.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: "critical",
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

function isLarge(diagnosis: Diagnosis, bytes: Bytes): boolean {
  const { memTotal } = diagnosis;
  if (memTotal !== undefined && bytes > memTotal * 0.05 && bytes > GIB / 4) return true;
  const mapped = ["AnonPages", "Shmem"].map(
    (field) => meminfoEvidence(diagnosis.snapshot, field)?.value ?? 0,
  );
  return bytes > GIB && bytes > mapped.reduce((sum, each) => sum + each, 0) * 0.1;
}

function largest({ snapshot }: Diagnosis): readonly Holder[] {
  return [...mergeProcesses(snapshot).values()]
    .filter((process) => (process.vmPte ?? 0) > 0)
    .sort((a, b) => (b.vmPte ?? 0) - (a.vmPte ?? 0))
    .slice(0, HOLDERS)
    .map((process) => toHolder(snapshot, process));
}

function toHolder(snapshot: Diagnosis["snapshot"], process: Process): Holder {
  const bytes = process.vmPte ?? 0;
  return {
    kind: "process",
    pid: process.pid,
    ...(process.comm ? { comm: process.comm } : {}),
    bytes: { lower: bytes, upper: bytes },
    evidence: [quote(snapshot, process, { text: "VmPTE", value: bytes, unit: "bytes" })],
  };
}
