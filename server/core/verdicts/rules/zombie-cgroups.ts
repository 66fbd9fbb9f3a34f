import { quote } from "../../evidence";
import type { Evidence, NextStep } from "../../report";
import { KIB } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import { findOfflineCharges } from "../offline-charges";
import type { Found, Rule } from "../rule";

const WATCH = 500;
const SUSPECT = 2_000;
/** A few dying groups are always there; below this a share says nothing. */
const FEWEST = 100;
/** Slab and per-CPU memory of one removed group (12.3 MiB for 1,000, measured on 6.18 with 2 CPUs). */
const BYTES_EACH = 12.6 * KIB;

/** Memory cgroups that were removed but live on, pinned by pages still charged to them. */
export const zombieCgroups: Rule = {
  id: "zombie-cgroups",
  title: "Removed memory cgroups that live on",
  bucket: "percpu",
  judge(diagnosis) {
    const dying = dyingCgroups(diagnosis);
    if (!dying) return fromCharges(diagnosis);
    const all = diagnosis.snapshot.cgroupCounts?.value.get("memory")?.value;
    const isMost = all !== undefined && dying.value > FEWEST && dying.value > all * 0.5;
    if (dying.value <= WATCH && !isMost) return undefined;
    const isSuspect = dying.value > SUSPECT || isMost;
    const lower = Math.round(dying.value * BYTES_EACH);
    return {
      status: isSuspect ? "suspect" : "watch",
      headline: `${dying.value} memory cgroups${all === undefined ? "" : ` of ${all}`} are dying: removed, but still held by what is charged to them`,
      confirm: CONFIRM,
      finding: {
        severity: isSuspect ? "critical" : "warning",
        ...confidenceOf([
          { factor: isMost ? 1 : 0.85, why: "not known how many cgroups there are in all" },
        ]),
        bytes: { lower, upper: Math.max(lower, bytesOf(diagnosis, "percpu")) },
        holders: [
          {
            kind: "cgroup",
            name: "removed memory cgroups",
            count: dying.value,
            bytes: { lower, upper: lower },
          },
        ],
        evidence: [{ ...dying, formula: `× ${BYTES_EACH / KIB} KiB each at least` }],
        fix: FIX,
        fixRisk: FIX_RISK,
      },
    };
  },
};

/** Without a count: pages that a dump shows to be charged to removed groups. */
function fromCharges(diagnosis: Diagnosis): Found | undefined {
  const charges = findOfflineCharges(diagnosis);
  if (!charges) return undefined;
  return {
    status: "watch",
    headline: charges.headline,
    confirm: CONFIRM,
    finding: { severity: "warning", ...charges.finding, fix: FIX, fixRisk: FIX_RISK },
  };
}

const CONFIRM: readonly NextStep[] = [
  {
    command:
      "grep -H nr_dying /sys/fs/cgroup/cgroup.stat; awk '$1==\"memory\"' /proc/cgroups; find /sys/fs/cgroup/memory -type d 2>/dev/null | wc -l",
    proves:
      "Dying groups (v2), or groups known to the kernel against directories that are left (v1).",
    risk: "Reads only.",
    root: true,
  },
];
const FIX =
  "Stop what makes a cgroup per job (cron with pam_systemd, short containers) and delete files that removed containers left in tmpfs; newer kernels (5.3+) free the slab of removed cgroups.";
const FIX_RISK = "None for the jobs; a kernel update needs a reboot.";

/** nr_dying_descendants of the topmost cgroup that prints it (cgroup v2, backported by some to v1). */
function dyingCgroups({ snapshot }: Diagnosis): Evidence | undefined {
  const source = snapshot.cgroupMemory;
  if (!source) return undefined;
  const [top] = source.value
    .flatMap((cgroup) => cgroup.cgroupStat?.get("nr_dying_descendants") ?? [])
    .sort((a, b) => b.value - a.value);
  if (!top) return undefined;
  const at = { file: source.file, line: top.line };
  return quote(snapshot, at, { text: "nr_dying_descendants", value: top.value, unit: "count" });
}
