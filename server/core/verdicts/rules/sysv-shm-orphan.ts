import { mergeProcesses } from "../../accounting/processes";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { SysvShm } from "../../parse/sysvipc-shm";
import type { Holder } from "../../report";
import type { Bytes } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import { ownerStatus } from "../thresholds";

const HOLDERS = 10;

/** System V segments that nobody has attached: they outlive their programs until somebody removes them. */
export const sysvShmOrphan: Rule = {
  id: "sysv-shm-orphan",
  title: "System V shared memory that nobody uses",
  bucket: "shmem",
  judge(diagnosis) {
    const orphans = (diagnosis.snapshot.sysvShm?.value ?? [])
      .filter((segment) => segment.attached === 0 && inMemory(segment) > 0)
      .sort((a, b) => inMemory(b) - inMemory(a));
    const bytes = orphans.reduce((sum, segment) => sum + inMemory(segment), 0);
    const size = ownerStatus(bytes, diagnosis.memTotal);
    const holders = orphans.slice(0, HOLDERS).map((segment) => toHolder(diagnosis, segment));
    if (!size || holders.length === 0) return undefined;
    const hasRss = orphans.every((segment) => segment.rss !== undefined);
    return {
      status: size === "suspect" ? "held" : "watch",
      headline: `${formatBytes(bytes)} are in ${orphans.length === 1 ? "a shared memory segment" : `${orphans.length} shared memory segments`} that no process has attached`,
      confirm: [
        {
          command: "ipcs -m -p; ipcs -m -u",
          proves: "Which segments have nattch 0, and which processes created and used them last.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: size === "suspect" ? "critical" : "warning",
        ...confidenceOf([
          { factor: hasRss ? 1 : 0.7, why: "how much of a segment is in memory is not printed" },
        ]),
        bytes: { lower: hasRss ? bytes : 0, upper: bytes },
        holders,
        evidence: holders.flatMap((holder) => holder.evidence ?? []).slice(0, 3),
        fix: "Ask the owner whether the data are still needed; ipcrm -m SHMID frees a segment.",
        fixRisk:
          "The data in the segment are lost; a program that comes back for it finds nothing.",
      },
    };
  },
};

/** Before 2.6.34 only the size is printed. */
function inMemory(segment: SysvShm): Bytes {
  return segment.rss ?? segment.size;
}

function toHolder({ snapshot }: Diagnosis, segment: SysvShm): Holder {
  const bytes = inMemory(segment);
  const creator = mergeProcesses(snapshot).get(segment.cpid)?.comm;
  const file = snapshot.sysvShm?.file ?? "";
  return {
    kind: "ipc",
    name: `shmid ${segment.shmid}`,
    pid: segment.cpid,
    ...(creator ? { comm: creator } : {}),
    bytes: { lower: segment.rss === undefined ? 0 : bytes, upper: bytes },
    evidence: [
      quote(
        snapshot,
        { file, line: segment.line },
        { text: "segment without attached process", value: bytes, unit: "bytes" },
      ),
    ],
  };
}
