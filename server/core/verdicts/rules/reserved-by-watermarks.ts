import { quote } from "../../evidence";
import { formatBytes, formatPercent } from "../../format-bytes";
import type { Evidence } from "../../report";
import { MIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** Of RAM. Machines at rest keep 0.1 to 2.2 % (seven public captures); watermark_scale_factor=1000 makes it 10 %. */
const LARGE_SHARE = 0.06;
const SMALLEST = 512 * MIB;

/**
 * Free memory that nobody may use: below the low watermark of each zone the kernel reclaims instead of handing pages out. A
 * large vm.min_free_kbytes or watermark_scale_factor makes a machine short of memory while MemFree looks fine.
 */
export const reservedByWatermarks: Rule = {
  id: "reserved-by-watermarks",
  title: "Free memory kept in reserve",
  bucket: "free",
  judge(diagnosis) {
    const { memTotal } = diagnosis;
    const reserve = lowWatermarks(diagnosis);
    if (!reserve || !memTotal) return undefined;
    if (reserve.value < memTotal * LARGE_SHARE || reserve.value < SMALLEST) return undefined;
    return {
      status: "watch",
      headline: `${formatBytes(reserve.value)} of free memory, ${formatPercent(reserve.value / memTotal, 1)} of RAM, are kept in reserve and go to nobody`,
      confirm: [
        {
          command: "sysctl vm.min_free_kbytes vm.watermark_scale_factor",
          proves: "Whether somebody set the reserve; the kernel's own choice is far smaller.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: "warning",
        ...confidenceOf([]),
        bytes: { lower: reserve.value, upper: reserve.value },
        holders: [],
        evidence: [reserve],
        fix: "Lower vm.min_free_kbytes (1 % of RAM is plenty) and vm.watermark_scale_factor (10 is the default).",
        fixRisk: "Allocations in interrupts (network bursts) fail earlier with a small reserve.",
      },
    };
  },
};

/** The low watermarks of all zones, in bytes; the evidence quotes the largest. Absent without zoneinfo. */
function lowWatermarks({ snapshot }: Diagnosis): Evidence | undefined {
  const source = snapshot.zoneinfo;
  const marks = source?.value.zones
    .flatMap(({ pages }) => pages.get("low") ?? [])
    .sort((a, b) => b.value - a.value);
  const [largest] = marks ?? [];
  if (!source || !marks || !largest) return undefined;
  const pages = marks.reduce((sum, { value }) => sum + value, 0);
  return quote(
    snapshot,
    { file: source.file, line: largest.line },
    {
      text: "low watermarks of all zones",
      value: pagesToBytes(pages, snapshot.node.pageSize),
      unit: "bytes",
      formula: `Σ low = ${pages} pages × page size`,
    },
  );
}
