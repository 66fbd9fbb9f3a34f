import { viewBalloon } from "../../accounting/balloon";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, GIB, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

/** The kernel's image and its table of pages (1.6 %) take some 3 %; a graphics core or firmware may take as much. */
const USUAL = 0.07;
/** On 1 GiB the fixed part alone is 5 to 7 %. */
const USUAL_FIXED = 128 * MIB;

/**
 * MemTotal is far below what the machine has: a crash kernel, mem= or memmap=, a graphics core, or modules
 * that are not seen. It fills no bucket: the memory never came to be used.
 */
export const memtotalTooSmall: Rule = {
  id: "memtotal-too-small",
  title: "Less memory than the machine has",
  judge(diagnosis) {
    const { memTotal } = diagnosis;
    const installed = installedMemory(diagnosis);
    if (!memTotal || !installed || diagnosis.inconsistencies.length > 0) return undefined;
    const missing = installed.value - memTotal - balloonOutside(diagnosis);
    if (missing < installed.value * USUAL + USUAL_FIXED) return undefined;
    const crash = crashkernel(diagnosis);
    const isMuch = missing - (crash?.value ?? 0) > Math.max(GIB, installed.value * 0.1);
    const reason = crash ? `, ${formatBytes(crash.value)} of it set aside for a crash kernel` : "";
    return {
      status: isMuch ? "watch" : "healthy",
      headline: `${formatBytes(missing)} of ${formatBytes(installed.value)} installed never reached MemTotal${reason}`,
      confirm: [
        {
          command:
            "cat /proc/cmdline; grep -i -E 'crash|reserved' /proc/iomem; dmidecode -t memory | grep Size; dmesg | grep -E 'Memory:|crashkernel|stolen'",
          proves:
            "Who keeps it: a crash kernel, a boot parameter, a graphics core, a missing module.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: isMuch ? "warning" : "info",
        ...confidenceOf([
          { factor: crash ? 1 : 0.8, why: "what keeps it is not in this snapshot" },
        ]),
        bytes: { lower: missing, upper: missing },
        holders: [],
        evidence: [installed, ...(crash ? [crash] : [])],
        fix: "Check crashkernel=, mem= and memmap= on the kernel's command line, and the firmware's setting for graphics memory.",
        fixRisk: "Without a crash kernel there is no dump of the next crash. A reboot is needed.",
      },
    };
  },
};

/** What the boot log says the firmware gave, else the modules or blocks of memory. */
function installedMemory({ snapshot }: Diagnosis): Evidence | undefined {
  const { bootLog, installedMemory: hardware } = snapshot;
  const given = bootLog?.value.installed;
  const found = [
    bootLog && given && { file: bootLog.file, ...given },
    hardware && { file: hardware.file, ...hardware.value },
  ]
    .filter((each) => each !== undefined)
    .sort((a, b) => b.value - a.value)[0];
  return (
    found &&
    quote(snapshot, found, { text: "memory of the machine", value: found.value, unit: "bytes" })
  );
}

function balloonOutside({ snapshot, composition }: Diagnosis): Bytes {
  const balloon = viewBalloon(snapshot, composition);
  return balloon?.place === "outside" ? (balloon.ballooned?.value ?? 0) : 0;
}

function crashkernel({ snapshot }: Diagnosis): Evidence | undefined {
  const { bootLog } = snapshot;
  const reserved = bootLog?.value.crashkernel;
  if (!bootLog || !reserved) return undefined;
  const at = { file: bootLog.file, line: reserved.line };
  return quote(snapshot, at, { text: "crash kernel", value: reserved.value, unit: "bytes" });
}
