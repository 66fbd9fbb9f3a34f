import { meminfoEvidence } from "../accounting/ledger-facts";
import type { TmpfsMount } from "../parse/tmpfs";
import type { Evidence } from "../report";
import { type Bytes, MIB } from "../units";
import type { Diagnosis } from "./diagnosis";

/** What is known of shared memory, in bytes. */
export interface SharedMemory {
  readonly shmem: Evidence;
  /** Files of tmpfs by df; absent where no df was taken. */
  readonly inFiles?: Bytes;
  readonly mounts: readonly (TmpfsMount & { readonly file: string })[];
  readonly inSegments: Bytes;
  /** At least this much is mapped by no process: everything mapped, cache included, is in Mapped. */
  readonly unmapped: Bytes;
  /** Worth a word from here on: 512 MiB and 3 % of RAM. */
  readonly notable: Bytes;
}

/** Absent without Shmem. */
export function viewSharedMemory({ snapshot, memTotal }: Diagnosis): SharedMemory | undefined {
  const shmem = meminfoEvidence(snapshot, "Shmem");
  if (!shmem) return undefined;
  const mounts = snapshot.tmpfs.flatMap(({ file, value }) =>
    value
      .filter(({ fsType, used }) => fsType === "tmpfs" && used !== undefined)
      .map((mount) => ({ ...mount, file })),
  );
  const segments = snapshot.sysvShm?.value ?? [];
  const mapped = meminfoEvidence(snapshot, "Mapped")?.value;
  return {
    shmem,
    mounts: mounts.sort((a, b) => (b.used ?? 0) - (a.used ?? 0)),
    ...(mounts.length > 0
      ? { inFiles: mounts.reduce((sum, mount) => sum + (mount.used ?? 0), 0) }
      : {}),
    inSegments: segments.reduce((sum, segment) => sum + (segment.rss ?? 0), 0),
    unmapped: mapped === undefined ? 0 : Math.max(0, shmem.value - mapped),
    notable: Math.max(512 * MIB, (memTotal ?? 0) * 0.03),
  };
}
