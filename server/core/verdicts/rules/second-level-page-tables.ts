import { meminfoEvidence } from "../../accounting/ledger-facts";
import { mergeProcesses, type Process } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Holder } from "../../report";
import { type Bytes, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Excluded, Rule } from "../rule";
import { ownerStatus } from "../thresholds";

const SHOWN = 5;
/** 8 bytes map 4 KiB. */
const PER_MAPPED = 1 / 512;
const GUEST = /^(?:qemu|kvm$|CPU \d+\/KVM|cloud-hyperviso|firecracker|crosvm|virtualbox|VBox)/;

/**
 * Tables that translate addresses of guests and devices: KVM's since 6.1, those of the IOMMU since 6.11 in
 * SecPageTables. Before that they are in no counter, and a 512th of the guests' memory bounds them.
 * Watch from 1 % of RAM and 256 MiB, suspect from 5 %.
 */
export const secondLevelPageTables: Rule = {
  id: "second-level-page-tables",
  title: "Page tables of guests and devices",
  bucket: "secPageTables",
  judge(diagnosis) {
    const tables = meminfoEvidence(diagnosis.snapshot, "SecPageTables");
    const guests = guestProcesses(diagnosis);
    const guestBytes = guests.reduce((sum, { bytes }) => sum + bytes.upper, 0);
    if (!tables) return bound(diagnosis, guests.length, guestBytes);
    const { memTotal = 0 } = diagnosis;
    if (tables.value <= Math.max(memTotal * 0.01, 256 * MIB)) return undefined;
    const isSuspect = tables.value > memTotal * 0.05;
    return {
      status: isSuspect ? "suspect" : "watch",
      headline: `${formatBytes(tables.value)} are page tables of guests and devices${guests.length > 0 ? `, for ${formatBytes(guestBytes)} of guests` : ""}`,
      confirm: [
        {
          command:
            "grep -E 'nr_(sec_page_table_pages|iommu_pages)' /proc/vmstat; grep -H . /sys/module/kvm*/parameters/{nested,ept,tdp_mmu} 2>/dev/null",
          proves:
            "How much of it is the IOMMU's (the rest is KVM's), and whether guests may be hosts themselves.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: isSuspect ? "critical" : "warning",
        ...confidenceOf([
          { factor: guests.length > 0 ? 1 : 0.8, why: "no process of a guest is known" },
        ]),
        bytes: { lower: tables.value, upper: tables.value },
        holders: guests.slice(0, SHOWN),
        evidence: [tables],
        fix: "Huge pages for the guests' memory: one entry then maps 2 MiB. Guests that run guests keep shadow tables: fewer of those.",
        fixRisk: "Huge pages must be set aside in advance, and the guests restarted.",
      },
    };
  },
};

/** Where pages are missing and guests run, say how little their tables can be. */
function bound(diagnosis: Diagnosis, guests: number, bytes: Bytes): Excluded | undefined {
  if (guests === 0 || !ownerStatus(diagnosis.unexplained, diagnosis.memTotal)) return undefined;
  const upper = Math.round(bytes * PER_MAPPED);
  if (upper >= diagnosis.unexplained * 0.5) return undefined;
  const why = `page tables of ${guests} guests: at most ${formatBytes(upper)}, a 512th of their ${formatBytes(bytes)}; ${formatBytes(diagnosis.unexplained)} are missing`;
  return { excluded: { why, upper } };
}

function guestProcesses({ snapshot }: Diagnosis): readonly Holder[] {
  return [...mergeProcesses(snapshot).values()]
    .filter(
      ({ comm = "", cmdline = "" }) => GUEST.test(comm) || /^\S*qemu-(?:system|kvm)/.test(cmdline),
    )
    .map((process) => guestHolder(snapshot, process))
    .sort((a, b) => b.bytes.upper - a.bytes.upper);
}

function guestHolder(snapshot: Diagnosis["snapshot"], process: Process): Holder {
  const bytes = (process.rss ?? 0) + (process.hugetlb ?? 0);
  return {
    kind: "process",
    pid: process.pid,
    ...(process.comm ? { comm: process.comm } : {}),
    bytes: { lower: 0, upper: bytes },
    evidence: [
      quote(snapshot, process, { text: "memory of the guest", value: bytes, unit: "bytes" }),
    ],
  };
}
