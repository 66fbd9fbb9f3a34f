import { meminfoEvidence } from "../../accounting/ledger-facts";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, MIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

const SHARE = 0.2;
const FIELDS = ["Dirty", "Writeback", "NFS_Unstable"];

/**
 * Written data waits for its disk or server: page cache that cannot be dropped. A fifth of RAM, or the
 * kernel's own limit (vm.dirty_ratio), where writers are made to wait.
 */
export const dirtyPages: Rule = {
  id: "dirty-pages",
  title: "Written data that waits for its disk",
  bucket: "fileCache",
  judge(diagnosis) {
    const { snapshot, memTotal } = diagnosis;
    const fields = FIELDS.flatMap((field) => meminfoEvidence(snapshot, field) ?? []);
    const dirty = fields.reduce((sum, { value }) => sum + value, 0);
    const limit = dirtyLimit(diagnosis);
    const isOverLimit = limit !== undefined && limit.value > 0 && dirty >= limit.value;
    if (!memTotal || dirty < 512 * MIB) return undefined;
    if (dirty <= memTotal * SHARE && !isOverLimit) return undefined;
    const bytes: Bytes = Math.max(0, Math.min(dirty, bytesOf(diagnosis, "fileCache")));
    const percent = Math.round((dirty / memTotal) * 100);
    return {
      status: "watch",
      headline: `${percent} % of memory, ${formatBytes(dirty)}, are written data that wait for a disk or a server${isOverLimit ? ": at the limit, writers are made to wait" : ""}`,
      confirm: [
        {
          command:
            "grep -E '^(nr_dirty|nr_writeback|nr_dirty_threshold)' /proc/vmstat; cat /proc/diskstats; ps -eo pid,state,wchan:20,comm | grep ' D '",
          proves: "Whether the amount falls, which device is busy, and who waits for it.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: "warning",
        ...confidenceOf([]),
        bytes: { lower: bytes, upper: bytes },
        holders: [],
        evidence: [...fields, ...(limit ? [limit] : [])],
        fix: "Look at the device or server that the data go to; lower vm.dirty_bytes so that writers wait earlier.",
        fixRisk: "A lower limit slows bursts of writes.",
      },
    };
  },
};

/** nr_dirty_threshold of vmstat (2.6.37+): where writers are throttled, in bytes. */
function dirtyLimit({ snapshot }: Diagnosis): Evidence | undefined {
  const { vmstat, node } = snapshot;
  const threshold = vmstat?.value.get("nr_dirty_threshold");
  if (!vmstat || !threshold) return undefined;
  return quote(
    snapshot,
    { file: vmstat.file, line: threshold.line },
    {
      text: "limit of dirty pages",
      value: pagesToBytes(threshold.value, node.pageSize),
      unit: "bytes",
      formula: `${threshold.value} pages × page size`,
    },
  );
}
