import { bucketShare } from "../../accounting/buckets";
import { formatBytes } from "../../format-bytes";
import { MIB, pagesToBytes } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** From this share of RAM on an allocation may fail although so much is free. */
const WARNED = 0.1;

/**
 * Free pages that wait on per-CPU lists are in neither MemFree nor MemAvailable. Since 6.7 the lists tune
 * themselves up to an eighth of a zone: 3 % of RAM was seen on idle machines. Free memory, never a leak.
 */
export const pcpHoarding: Rule = {
  id: "pcp-hoarding",
  title: "Free pages on per-CPU lists",
  bucket: "pcp",
  judge(diagnosis) {
    const bytes = bytesOf(diagnosis, "pcp");
    const { memTotal = 0 } = diagnosis;
    if (bytes <= Math.max(512 * MIB, memTotal * 0.03)) return undefined;
    const isWarned = bytes > memTotal * WARNED;
    const bucket = diagnosis.composition && bucketShare(diagnosis.composition, "pcp");
    return {
      status: isWarned ? "watch" : "healthy",
      headline: `${formatBytes(bytes)} are free, but wait on the lists of single CPUs: MemFree and MemAvailable leave them out`,
      confirm: [
        {
          command:
            "awk '/count:/{n+=$2} /high_max:/{h+=$2} END{print n*4, \"KiB on lists, at most\", h*4}' /proc/zoneinfo; cat /proc/sys/vm/percpu_pagelist_high_fraction",
          proves: "What the lists hold now and may hold at most.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: isWarned ? "warning" : "info",
        ...confidenceOf([]),
        bytes: { lower: bytes, upper: bytes },
        holders: [],
        evidence: [...(bucket?.evidence ?? []), ...ceiling(diagnosis)],
        fix: "Nothing to free: the kernel drains the lists when memory is short. vm.percpu_pagelist_high_fraction limits them where a program looks at MemFree alone.",
        fixRisk: "Short lists cost time on machines with many allocations.",
      },
    };
  },
};

function ceiling({ snapshot }: Diagnosis) {
  const zones = snapshot.zoneinfo?.value.zones ?? [];
  const pages = zones.reduce((sum, zone) => sum + (zone.pcpHighMaxPages ?? 0), 0);
  if (!snapshot.zoneinfo || pages === 0) return [];
  return [
    {
      text: "ceiling of the lists, all CPUs and zones",
      value: pagesToBytes(pages, snapshot.node.pageSize),
      unit: "bytes" as const,
      formula: "Σ high_max (before 6.7: high) × page size",
      file: snapshot.zoneinfo.file,
    },
  ];
}
