import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import type { Rule } from "../rule";

/** Pages that the hardware reported as broken are never used again. One is a reason to look at the module. */
export const hardwareCorrupted: Rule = {
  id: "hardware-corrupted",
  title: "Memory with hardware errors",
  bucket: "hardwareCorrupted",
  judge({ snapshot }) {
    const corrupted = meminfoEvidence(snapshot, "HardwareCorrupted");
    if (!corrupted || corrupted.value === 0) return undefined;
    return {
      status: "watch",
      headline: `${formatBytes(corrupted.value)} are out of use after hardware memory errors`,
      confirm: [
        {
          command:
            "dmesg | grep -i -E 'mce|hardware error|memory failure'; grep . /sys/devices/system/edac/mc/mc*/{ce,ue}_count",
          proves: "Which module fails, and whether errors go on.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: "warning",
        ...confidenceOf([]),
        bytes: { lower: corrupted.value, upper: corrupted.value },
        holders: [],
        evidence: [corrupted],
        fix: "Replace the memory module that the machine check names.",
        fixRisk: "The machine is down meanwhile.",
      },
    };
  },
};
