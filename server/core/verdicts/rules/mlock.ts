import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { allProcesses, processHolders } from "../process-holders";
import type { Rule } from "../rule";
import { isShort } from "../shortage";

const SHARE = 0.2;

/** A fifth of RAM locked: in use by design (databases, real time, guests), but nothing can be reclaimed of it. */
export const mlock: Rule = {
  id: "mlock",
  title: "Locked memory (mlock)",
  bucket: "anon",
  judge(diagnosis, rest) {
    const { snapshot, memTotal } = diagnosis;
    const locked = meminfoEvidence(snapshot, "Mlocked");
    if (!locked || !memTotal || locked.value <= memTotal * SHARE) return undefined;
    const isWatch = isShort(diagnosis);
    const unevictable = meminfoEvidence(snapshot, "Unevictable");
    const percent = Math.round((locked.value / memTotal) * 100);
    return {
      status: isWatch ? "watch" : "healthy",
      headline: `${percent} % of memory, ${formatBytes(locked.value)}, are locked by processes and cannot be reclaimed`,
      confirm: [
        {
          command: "grep -H VmLck /proc/[0-9]*/status | sort -k2 -n | tail",
          proves: "Which processes have locked how much.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: isWatch ? "warning" : "info",
        ...confidenceOf([
          { factor: 0.9, why: "locked pages may be shared memory or files as well" },
        ]),
        bytes: { lower: 0, upper: Math.min(locked.value, rest("anon")) },
        holders: processHolders(snapshot, allProcesses(snapshot), {
          text: "VmLck",
          bytes: (process) => process.vmLck,
        }),
        evidence: [locked, ...(unevictable ? [unevictable] : [])],
        fix: "Where memory is short: limit what may be locked (LimitMEMLOCK), or give that program less memory.",
        fixRisk: "A program that must not be paged out may fail to start, or stall.",
      },
    };
  },
};
