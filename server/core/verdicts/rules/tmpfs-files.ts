import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Holder } from "../../report";
import { GIB, MIB } from "../../units";
import { confidenceOf } from "../confidence";
import type { Diagnosis } from "../diagnosis";
import type { Found, Rule } from "../rule";
import { type SharedMemory, viewSharedMemory } from "../shared-memory";
import { sizeStatus } from "../thresholds";

const SEVERITY = { healthy: "info", watch: "warning", held: "critical" } as const;
const HOLDERS = 10;
/** A mount with less in it is not what fills the memory. */
const SMALL = 16 * MIB;

/**
 * Files in tmpfs (/dev/shm, /run, emptyDir with medium Memory) stay until they are deleted. Where processes
 * have them mapped they are in use; unmapped ones are held by their file system.
 */
export const tmpfsFiles: Rule = {
  id: "tmpfs-files",
  title: "Files in memory file systems (tmpfs)",
  bucket: "shmem",
  judge(diagnosis) {
    const shared = viewSharedMemory(diagnosis);
    if (!shared) return undefined;
    if ((shared.inFiles ?? 0) >= shared.notable) return inMounts(diagnosis, shared);
    return elsewhere(diagnosis, shared);
  },
};

const CONFIRM = [
  {
    command:
      "df -k -t tmpfs; for p in $(lsns -t mnt -n -o PID); do nsenter -t $p -m df -k -t tmpfs; done",
    proves: "How full each tmpfs is, those of containers included.",
    risk: "Reads only.",
    root: true,
  },
] as const;
const FIX =
  "Find the owner of the large files (du -ax MOUNT | sort -n | tail) and have them deleted, or set a size limit on the mount.";
const FIX_RISK = "Deleting a file that a program still needs loses its data.";

function inMounts(diagnosis: Diagnosis, shared: SharedMemory): Found {
  const used = shared.inFiles ?? 0;
  const upper = Math.min(used, shared.shmem.value);
  const unmapped = Math.min(upper, Math.max(0, shared.unmapped - shared.inSegments));
  const lower = Math.max(0, unmapped - shared.inDoubt);
  const status = statusOf(diagnosis, unmapped);
  const [largest] = shared.mounts;
  return {
    status,
    headline: `${formatBytes(upper)} are files in memory file systems, the most in ${largest?.mountPoint}`,
    confirm: CONFIRM,
    finding: {
      severity: SEVERITY[status],
      ...confidenceOf([
        { factor: unmapped >= upper * 0.5 ? 1 : 0.85, why: "processes have much of it mapped" },
        {
          factor: shared.inDoubt > upper * 0.5 ? 0.6 : 1,
          why: "deleted files that are still open count as well",
        },
      ]),
      bytes: { lower, upper },
      holders: shared.mounts
        .filter((mount) => (mount.used ?? 0) >= SMALL)
        .slice(0, HOLDERS)
        .map((mount) => ({
          kind: "mount",
          name: mount.mountPoint,
          bytes: { lower: mount.used ?? 0, upper: mount.used ?? 0 },
          evidence: [
            quote(diagnosis.snapshot, mount, {
              text: "used by files in tmpfs",
              value: mount.used ?? 0,
              unit: "bytes",
            }),
          ],
        })),
      evidence: [shared.shmem],
      ...{ fix: FIX, fixRisk: FIX_RISK },
    },
  };
}

/**
 * Nobody has it mapped and df did not see it: files of another namespace. The memory controller knows the
 * container (its /dev/shm, an emptyDir with medium Memory); without its word it may as well be deleted files.
 */
function elsewhere(diagnosis: Diagnosis, shared: SharedMemory): Found | undefined {
  const rest = shared.unmapped - shared.inSegments - (shared.inFiles ?? 0);
  // Nodes that boot into a root file system in memory rest at 5 to 8 %.
  const isLarge = rest > Math.max(1.5 * GIB, (diagnosis.memTotal ?? 0) * 0.1);
  if (!isLarge || shared.deleted.length > 0) return undefined;
  const holders = containersWithFiles(diagnosis);
  const named = Math.min(
    rest,
    holders.reduce((sum, { bytes }) => sum + bytes.upper, 0),
  );
  const isHeld = named >= rest * 0.5;
  if (!isHeld && diagnosis.snapshot.fdLinks.length > 0) return undefined;
  return {
    status: isHeld ? "held" : "watch",
    headline: isHeld
      ? `${formatBytes(rest)} are files in memory file systems of containers, the most in ${holders[0]?.pod ?? holders[0]?.cgroup}`
      : `${formatBytes(rest)} of shared memory are mapped by no process: files in tmpfs, perhaps of a container, or deleted ones that are still open`,
    confirm: CONFIRM,
    finding: {
      severity: isHeld ? "critical" : "warning",
      ...confidenceOf([
        isHeld
          ? { factor: 0.9, why: "which files of the container they are is not seen" }
          : { factor: 0.6, why: "which file system or process holds it is not known" },
      ]),
      bytes: { lower: isHeld ? named : 0, upper: rest },
      holders,
      evidence: [shared.shmem],
      ...{ fix: FIX, fixRisk: FIX_RISK },
    },
  };
}

/** Groups that are charged for shared memory themselves, not for their children. */
function containersWithFiles({ composition }: Diagnosis): readonly Holder[] {
  const groups = composition?.cgroups ?? [];
  const isParent = (path: string): boolean =>
    path === "/" || groups.some((other) => other.path.startsWith(`${path}/`));
  return groups
    .filter(({ path, shmem = 0 }) => shmem >= SMALL && !isParent(path))
    .sort((a, b) => (b.shmem ?? 0) - (a.shmem ?? 0))
    .slice(0, HOLDERS)
    .map(({ path, pod, shmem = 0, evidence }) => ({
      kind: "cgroup",
      cgroup: path,
      ...(pod ? { pod } : {}),
      bytes: { lower: shmem, upper: shmem },
      ...(evidence ? { evidence } : {}),
    }));
}

function statusOf({ memTotal }: Diagnosis, unmapped: number): "healthy" | "watch" | "held" {
  const size = sizeStatus(unmapped, memTotal);
  return size === "suspect" ? "held" : (size ?? "healthy");
}
