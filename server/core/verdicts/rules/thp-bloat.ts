import { meminfoEvidence } from "../../accounting/ledger-facts";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { GIB } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import { allProcesses, ownBytes, processHolders } from "../process-holders";
import type { Rule } from "../rule";
import { isShort } from "../shortage";

const SETTING = "sys/kernel/mm/transparent_hugepage/enabled";

/**
 * Most of process memory lies in transparent huge pages: a program that touches a few bytes of each 2 MiB
 * pays for all of it. How much is bloat no counter says, so it is worth a look only where memory is short.
 */
export const thpBloat: Rule = {
  id: "thp-bloat",
  title: "Process memory in transparent huge pages",
  bucket: "anon",
  judge(diagnosis) {
    const { snapshot, memTotal } = diagnosis;
    const huge = meminfoEvidence(snapshot, "AnonHugePages");
    const anon = bytesOf(diagnosis, "anon");
    if (!huge || !memTotal || huge.value < Math.max(GIB, memTotal * 0.1)) return undefined;
    if (huge.value < anon * 0.5) return undefined;
    const setting = readSetting(diagnosis);
    const isWatch = isShort(diagnosis) && setting?.mode !== "never";
    const percent = Math.round((huge.value / anon) * 100);
    return {
      status: isWatch ? "watch" : "healthy",
      headline: `${percent} % of process memory, ${formatBytes(huge.value)}, are in transparent huge pages`,
      confirm: [
        {
          command:
            "cat /sys/kernel/mm/transparent_hugepage/{enabled,khugepaged/max_ptes_none}; grep -H AnonHugePages /proc/[0-9]*/smaps_rollup | sort -k2 -n | tail",
          proves: "Whether huge pages are given to all programs (always), and which have the most.",
          risk: "Reads only; walks the page tables of each process once.",
          root: true,
        },
      ],
      finding: {
        severity: isWatch ? "warning" : "info",
        ...confidenceOf([
          { factor: 0.6, why: "how much of the huge pages is empty is not counted" },
          {
            factor: setting?.mode === "always" ? 1 : 0.8,
            why: "the setting is not known as always",
          },
        ]),
        bytes: { lower: 0, upper: Math.max(0, Math.min(huge.value, anon)) },
        holders: processHolders(snapshot, allProcesses(snapshot), {
          text: "memory of the process",
          bytes: ownBytes,
        }),
        evidence: [huge, ...(setting ? [setting.evidence] : [])],
        fix: "Where a program's memory is far above what it uses: transparent_hugepage=madvise, or (since 6.12) shrink_underused, and restart it.",
        fixRisk: "Programs that gain from huge pages (databases, JVMs) become slower without.",
      },
    };
  },
};

/** "always [madvise] never": the word in brackets. */
function readSetting({
  snapshot,
}: Diagnosis): { readonly mode: string; readonly evidence: Evidence } | undefined {
  const file = snapshot.smallFiles.get(SETTING);
  const mode = /\[(\w{1,12})\]/.exec(file?.text.slice(0, 200) ?? "")?.[1];
  if (!file || !mode) return undefined;
  const text = `transparent huge pages: ${mode}`;
  return {
    mode,
    evidence: quote(snapshot, { file: file.file, line: 1 }, { text, value: 1, unit: "count" }),
  };
}
