import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import type { NextStep } from "../../report";
import { MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { sizeStatus } from "../thresholds";

/** Inodes of file systems whose server is a program or the host. */
const INODES = /^(?:fuse_inode|virtio_fs|virtiofs_inode|v9fs_inode_cache|v9fs_inode)$/;
const SEVERITY = { healthy: "info", watch: "warning" } as const;

/**
 * A file system served by a program (FUSE) or the host (virtiofs, 9p): pages copied for writing
 * (WritebackTmp) stay until the server has taken them, inodes stay while it counts look-ups.
 */
export const fuseOrVirtiofs: Rule = {
  id: "fuse-or-virtiofs",
  title: "A file system served by a program or the host",
  bucket: "fileCache",
  judge: (diagnosis) => judgeWriteback(diagnosis) ?? judgeInodes(diagnosis),
};

const CONFIRM: readonly NextStep[] = [
  {
    command:
      "grep -E ' (fuse|virtiofs|9p)[. ]' /proc/mounts; for c in /sys/fs/fuse/connections/*; do echo $c $(cat $c/waiting); done",
    proves: "Which such file systems are mounted, and how many requests wait for their servers.",
    risk: "Reads only.",
    root: true,
  },
];
const FIX =
  "Look at the server of the file system (a program, or virtiofsd on the host): it is slow or stuck.";
const FIX_RISK = "Ending the server makes its file system fail for everybody who uses it.";

function judgeWriteback(diagnosis: Diagnosis): Found | undefined {
  const { snapshot, memTotal } = diagnosis;
  const waiting = meminfoEvidence(snapshot, "WritebackTmp");
  if (!waiting || waiting.value < Math.max(256 * MIB, (memTotal ?? 0) * 0.03)) return undefined;
  return {
    status: "watch",
    headline: `${formatBytes(waiting.value)} are copies of pages that a FUSE server has not taken yet`,
    confirm: CONFIRM,
    finding: {
      severity: "warning",
      ...confidenceOf([]),
      bucket: "writebackTmp",
      bytes: { lower: waiting.value, upper: waiting.value },
      holders: [],
      evidence: [waiting],
      ...{ fix: FIX, fixRisk: FIX_RISK },
    },
  };
}

function judgeInodes(diagnosis: Diagnosis): Found | undefined {
  const row = diagnosis.slab?.rows.find(({ name }) => INODES.test(name));
  const size = row && sizeStatus(row.bytes, diagnosis.memTotal);
  if (!row || !size) return undefined;
  const status = size === "suspect" ? "watch" : "healthy";
  return {
    status,
    headline: `${formatBytes(row.bytes)} are inodes of ${row.name}: kept while the server counts their look-ups`,
    confirm: CONFIRM,
    finding: {
      severity: SEVERITY[status],
      ...confidenceOf([{ factor: 0.9, why: "whether the server forgets them is not seen" }]),
      bucket: "slabReclaimable",
      bytes: { lower: row.bytes, upper: row.bytes },
      holders: [
        {
          kind: "slabCache",
          name: row.name,
          count: row.activeObjects,
          bytes: { lower: row.bytes, upper: row.bytes },
          evidence: [row.evidence],
        },
      ],
      evidence: [row.evidence],
      ...{ fix: FIX, fixRisk: FIX_RISK },
    },
  };
}
