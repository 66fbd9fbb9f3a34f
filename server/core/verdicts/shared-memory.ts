import { meminfoEvidence } from "../accounting/ledger-facts";
import type { FdLink } from "../parse/fd-links";
import type { TmpfsMount } from "../parse/tmpfs";
import type { Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, MIB } from "../units";
import type { Diagnosis } from "./diagnosis";

/** What is known of shared memory, in bytes. */
export interface SharedMemory {
  readonly shmem: Evidence;
  /** Files of tmpfs by df, deleted ones that are open included; absent where no df was taken. */
  readonly inFiles?: Bytes;
  readonly mounts: readonly (TmpfsMount & { readonly file: string })[];
  /** Of `inFiles`, what lies in file systems with deleted files that are still open: those, or others. */
  readonly inDoubt: Bytes;
  /** Descriptors of memory that has no name (any more). */
  readonly deleted: readonly DeletedLink[];
  readonly inSegments: Bytes;
  /** At least this much is mapped by no process: everything mapped, cache included, is in Mapped. */
  readonly unmapped: Bytes;
  /** Worth a word from here on: 512 MiB and 3 % of RAM. */
  readonly notable: Bytes;
}

export type DeletedLink = FdLink & { readonly file: string };

/** memfd_create, files of tmpfs, anonymous shared memory, secretmem: all live in memory alone. */
const IN_MEMORY = /^\/(?:memfd:|dev\/shm\/|dev\/zero|SYSV|run\/|i915|drm|secretmem)/;
/** Thousands of containers have thousands of nearly empty mounts. */
const FULLEST = 64;
const DELETED = / \(deleted\)$/;

/** Absent without Shmem. */
export function viewSharedMemory({ snapshot, memTotal }: Diagnosis): SharedMemory | undefined {
  const shmem = meminfoEvidence(snapshot, "Shmem");
  if (!shmem) return undefined;
  const mounts = tmpfsMounts(snapshot);
  const fullest = mounts.slice(0, FULLEST);
  const deleted = deletedLinks(snapshot, fullest);
  const doubtful = fullest.filter(({ mountPoint }) =>
    deleted.some(({ target }) => target.startsWith(`${mountPoint}/`)),
  );
  const mapped = meminfoEvidence(snapshot, "Mapped")?.value;
  return {
    shmem,
    mounts,
    ...(mounts.length > 0 ? { inFiles: usedBy(mounts) } : {}),
    inDoubt: usedBy(doubtful),
    deleted,
    inSegments: (snapshot.sysvShm?.value ?? []).reduce((sum, { rss = 0 }) => sum + rss, 0),
    unmapped: mapped === undefined ? 0 : Math.max(0, shmem.value - mapped),
    notable: Math.max(512 * MIB, (memTotal ?? 0) * 0.03),
  };
}

function usedBy(mounts: readonly TmpfsMount[]): Bytes {
  return mounts.reduce((sum, { used = 0 }) => sum + used, 0);
}

/** Fullest first. One file system mounted in several places is listed as often with the same numbers. */
function tmpfsMounts(snapshot: Snapshot): SharedMemory["mounts"] {
  const mounts = snapshot.tmpfs.flatMap(({ file, value }) =>
    value
      .filter(({ fsType, used }) => fsType === "tmpfs" && used !== undefined)
      .map((mount) => ({ ...mount, file })),
  );
  const byNumbers = new Map(
    mounts.toReversed().map((mount) => [sameFileSystem(mount), mount] as const),
  );
  return [...byNumbers.values()].sort((a, b) => (b.used ?? 0) - (a.used ?? 0));
}

function sameFileSystem({
  mountPoint,
  size,
  used = 0,
  file,
  line,
}: SharedMemory["mounts"][number]) {
  // Small ones are alike by chance; they do not matter.
  return used < MIB ? `${file} ${line}` : `${mountPoint} ${size} ${used}`;
}

function deletedLinks(snapshot: Snapshot, mounts: SharedMemory["mounts"]): SharedMemory["deleted"] {
  const isOnTmpfs = (target: string): boolean =>
    mounts.some(({ mountPoint }) => target.startsWith(`${mountPoint}/`));
  return snapshot.fdLinks.flatMap(({ file, value }) =>
    value
      .filter(({ target }) => DELETED.test(target))
      .filter(({ target }) => IN_MEMORY.test(target) || isOnTmpfs(target))
      .map((link) => ({ ...link, file })),
  );
}
