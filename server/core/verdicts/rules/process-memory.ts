import { meminfoEvidence } from "../../accounting/ledger-facts";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { BucketId, Evidence } from "../../report";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import { allProcesses, processHolders } from "../process-holders";
import type { Rule } from "../rule";
import { isShort } from "../shortage";

/** From this share of RAM on, memory of processes is what there is to say. */
const MOST = 0.5;

/**
 * Processes use the memory: their own (anon) and what they share (shared buffers, mapped). Nothing is missing.
 * Where next to nothing is left the node is too small for them, which is worth watching.
 */
export const processMemory: Rule = {
  id: "process-memory",
  title: "Memory in use by processes",
  bucket: "anon",
  judge(diagnosis, rest) {
    const { composition, memTotal, snapshot } = diagnosis;
    if (!composition || !memTotal || diagnosis.inconsistencies.length > 0) return undefined;
    const anon = bytesOf(diagnosis, "anon");
    const shared = bytesOf(diagnosis, "shmem");
    if (anon + shared < memTotal * MOST) return undefined;
    const bucket: BucketId = anon >= shared ? "anon" : "shmem";
    const short = isShort(diagnosis);
    const bytes = rest(bucket);
    return {
      status: short ? "watch" : "healthy",
      headline: headlineOf(diagnosis, { anon, shared, short }),
      confirm: [
        {
          command: "ps -eo pid,rss,comm --sort=-rss | head; smem -tk -s pss 2>/dev/null | tail",
          proves: "Which processes have the most memory, shared memory divided fairly (pss).",
          risk: "Reads only; smem walks page tables.",
          root: true,
        },
      ],
      finding: {
        severity: short ? "warning" : "info",
        ...confidenceOf([
          {
            factor: allProcesses(snapshot).length > 0 ? 1 : 0.85,
            why: "the processes are not known",
          },
        ]),
        bucket,
        bytes: { lower: bytes, upper: bytes },
        holders: topProcesses(diagnosis),
        evidence: [
          ...["AnonPages", "Shmem", "PageTables", "MemAvailable"].flatMap(
            (field) => meminfoEvidence(snapshot, field) ?? [],
          ),
          ...swapUse(snapshot),
        ],
        fix: "Give the node more memory, or its largest programs less; set limits so that one cannot take it all.",
        fixRisk: "A program that reaches its limit is killed.",
      },
    };
  },
};

function headlineOf(
  diagnosis: Diagnosis,
  of: { readonly anon: Bytes; readonly shared: Bytes; readonly short: boolean },
): string {
  const { memTotal = 0, snapshot, available } = diagnosis;
  const parts = [
    `${formatBytes(of.anon)} are their own`,
    ...(of.shared > memTotal * 0.05 ? [`${formatBytes(of.shared)} shared`] : []),
  ];
  const use = `processes use ${Math.round(((of.anon + of.shared) / memTotal) * 100)} % of memory: ${parts.join(", ")}`;
  if (snapshot.meminfo?.derived?.via === "memory-report") {
    const free = formatBytes(bytesOf(diagnosis, "free"));
    return `An allocation failed with ${free} of ${formatBytes(memTotal)} free; ${use}`;
  }
  if (!of.short) return `${use.replace("processes", "Processes")}; nothing is missing`;
  const left = available === undefined ? "little" : formatBytes(available);
  return `Memory is short, ${left} is available; ${use}`;
}

function topProcesses({ snapshot }: Diagnosis) {
  const processes = allProcesses(snapshot);
  const hasPss = processes.some(({ pss }) => pss !== undefined);
  return processHolders(snapshot, processes, {
    text: hasPss ? "memory in RAM (pss where it was read)" : "memory in RAM (rss)",
    bytes: (process) => process.pss ?? process.rss,
    most: 10,
  });
}

function swapUse(snapshot: Diagnosis["snapshot"]): readonly Evidence[] {
  const { swaps } = snapshot;
  return (swaps?.value ?? [])
    .filter(({ used }) => used > 0)
    .slice(0, 3)
    .map(({ line, used, name }) =>
      quote(
        snapshot,
        { file: swaps?.file ?? "", line },
        { text: `in use of swap ${name}`, value: used, unit: "bytes" },
      ),
    );
}
