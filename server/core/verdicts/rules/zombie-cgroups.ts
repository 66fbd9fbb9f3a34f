import { countDyingCgroups, type DyingCgroups } from "../../accounting/dying-cgroups";
import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import type { NextStep } from "../../report";
import { KIB, MIB } from "../../units";
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
/** Per-CPU memory that no host needs at rest, where its users are not known. */
const PERCPU_EACH = 16 * MIB;

const CONFIRM: NextStep = {
  command:
    "grep -H nr_dying /sys/fs/cgroup/cgroup.stat; awk '$1==\"memory\"' /proc/cgroups; find /sys/fs/cgroup/memory -type d 2>/dev/null | wc -l",
  proves:
    "Dying groups (v2), or groups known to the kernel against directories that are left (v1).",
  risk: "Reads only.",
  root: true,
};

/** Memory cgroups that were removed but live on, pinned by pages still charged to them. */
export const zombieCgroups: Rule = {
  id: "zombie-cgroups",
  title: "Removed memory cgroups that live on",
  bucket: "percpu",
  judge(diagnosis) {
    const dying = countDyingCgroups(diagnosis.snapshot);
    if (dying && isMany(dying)) return counted(diagnosis, dying);
    return dying ? largePercpu(diagnosis) : (fromCharges(diagnosis) ?? largePercpu(diagnosis));
  },
};

function isMost({ count, all }: DyingCgroups): boolean {
  return all !== undefined && count > FEWEST && count > all * 0.5;
}

function isMany(dying: DyingCgroups): boolean {
  return dying.count > WATCH || isMost(dying);
}

function counted(diagnosis: Diagnosis, dying: DyingCgroups): Found {
  const isSuspect = dying.count > SUSPECT || isMost(dying);
  const lower = Math.round(dying.count * BYTES_EACH);
  const percpu = meminfoEvidence(diagnosis.snapshot, "Percpu");
  const charges = findOfflineCharges(diagnosis)?.finding.evidence ?? [];
  const [main] = dying.evidence;
  return {
    status: isSuspect ? "suspect" : "watch",
    headline: `${dying.count} memory cgroups${dying.all === undefined ? "" : ` of ${dying.all}`} are dying: removed, but still held by what is charged to them`,
    confirm: [CONFIRM],
    finding: {
      severity: isSuspect ? "critical" : "warning",
      ...confidenceOf([
        {
          factor: isMost(dying) ? 1 : 0.85,
          why: "less than half of the cgroups, or not known how many there are in all",
        },
        {
          factor: dying.how === "printed" ? 1 : 0.9,
          why: "counted as groups without a directory",
        },
      ]),
      bytes: { lower, upper: Math.max(lower, bytesOf(diagnosis, "percpu")) },
      holders: [
        {
          kind: "cgroup",
          name: "removed memory cgroups",
          count: dying.count,
          bytes: { lower, upper: lower },
        },
      ],
      evidence: [
        ...(main ? [{ ...main, formula: `× ${BYTES_EACH / KIB} KiB each at least` }] : []),
        ...dying.evidence.slice(1),
        ...(percpu ? [percpu] : []),
        ...charges,
      ],
      ...FIX,
    },
  };
}

const FIX = {
  fix: "Stop what makes a cgroup per job (cron with pam_systemd, short containers), and delete the files that the jobs leave in tmpfs: each of their pages holds its group. Newer kernels (5.3+) free the slab of removed cgroups.",
  fixRisk: "None for the jobs; a kernel update needs a reboot.",
};

/** No count of groups, but far more per-CPU memory than a host at rest: containers come and go are the usual reason. */
function largePercpu(diagnosis: Diagnosis): Found | undefined {
  const bytes = bytesOf(diagnosis, "percpu");
  const { memTotal = 0, snapshot } = diagnosis;
  const percpu = meminfoEvidence(snapshot, "Percpu");
  const { cpus } = snapshot.node;
  const usual = cpus === undefined ? memTotal * 0.02 : cpus * PERCPU_EACH;
  if (!percpu || bytes <= Math.max(256 * MIB, memTotal * 0.01, usual)) return undefined;
  return {
    status: "watch",
    headline: `${formatBytes(bytes)} are per-CPU memory${cpus ? `, ${formatBytes(bytes / cpus)} for each CPU` : ""}: removed cgroups and per-CPU maps of BPF are what fills it`,
    confirm: [CONFIRM],
    finding: {
      severity: "warning",
      ...confidenceOf([{ factor: 0.5, why: "how many cgroups are dying is not known" }]),
      bytes: { lower: 0, upper: bytes },
      holders: [],
      evidence: [percpu],
      ...FIX,
    },
  };
}

/** Without a count: pages that a dump shows to be charged to removed groups. */
function fromCharges(diagnosis: Diagnosis): Found | undefined {
  const charges = findOfflineCharges(diagnosis);
  if (!charges) return undefined;
  return {
    status: "watch",
    headline: charges.headline,
    confirm: [CONFIRM],
    finding: { severity: "warning", ...charges.finding, ...FIX },
  };
}
