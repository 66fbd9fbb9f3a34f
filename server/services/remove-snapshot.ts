import type { DiagnosisStore } from "../store/diagnoses";
import type { ReportStore } from "../store/reports";
import type { SnapshotRecord, SnapshotStore } from "../store/snapshots";
import type { ArchiveKeeper } from "./archive-keeper";
import type { Removal, RemovalJournal } from "./removal-journal";
import type { ReportLibrary } from "./report-library";
import { toServiceError } from "./service-error";
import type { ShareDiagnosis } from "./share-diagnosis";
import { nodePath, snapshotId, uploadPrefix } from "./snapshot-id";
import type { Turns } from "./turns";

export interface RemoveParts {
  readonly snapshots: SnapshotStore;
  readonly reports: ReportStore;
  readonly diagnoses: DiagnosisStore;
  readonly library: ReportLibrary;
  readonly archives: ArchiveKeeper;
  readonly share: ShareDiagnosis;
  readonly journal: RemovalJournal;
  /** Shared with the uploads: the same bytes are never stored and removed at once. */
  readonly inTurn: Turns;
  readonly now: () => number;
}

/** What a removal would take away. Times are ISO 8601 in UTC. */
export interface RemovalPreview {
  readonly fileName: string;
  readonly receivedAt: string;
  /** When its looks were taken, oldest first; those whose time is not known are left out. */
  readonly takenAt: readonly string[];
  readonly snapshots: number;
  /** Size of the original file; absent when the original is not kept any more. */
  readonly archiveBytes?: number;
  /** Shared links of any of its looks that still open. */
  readonly openLinks: number;
}

export interface RemovalResult {
  readonly sha256: string;
  /** Ids of the snapshots that were removed. */
  readonly removed: readonly string[];
  readonly revokedLinks: number;
  /** Where to look now: the node, or the list of nodes when it was the node's last upload. */
  readonly path: string;
}

/**
 * Removes an upload as a whole: one file may hold several looks, and its texts and its archive belong to
 * all of them. Shared links are documents of their own and stay open unless they are to be revoked.
 */
export function createRemoveSnapshot(parts: RemoveParts) {
  const { snapshots, diagnoses, library, archives, journal, inTurn } = parts;

  async function looksOf({ id, sha256 }: SnapshotRecord): Promise<SnapshotRecord[]> {
    const looks = await snapshots.snapshotsOfPrefix(uploadPrefix(id));
    return looks.filter((look) => look.sha256 === sha256);
  }

  /** Ends a removal that a crash or a store that went away cut short; nothing where there is none. */
  async function finish(sha256: string): Promise<RemovalResult | undefined> {
    const removal = await journal.find(sha256);
    return removal && carryOut(parts, removal);
  }

  /** What was begun is ended: after a failure half way the same call, made again, goes through. */
  async function removeUpload(id: string, revokeLinks: boolean): Promise<RemovalResult> {
    const record = await library.record(id);
    const { sha256, node } = record;
    const removal = {
      sha256,
      ids: (await looksOf(record)).map((look) => look.id),
      node,
      revokeLinks,
    };
    await journal.begin(removal);
    return carryOut(parts, removal);
  }

  return {
    async preview(id: string): Promise<RemovalPreview> {
      const record = await library.record(id);
      const { sha256, fileName, receivedAt, archiveBytes } = record;
      const looks = await looksOf(record);
      const now = new Date(parts.now()).toISOString();
      const ids = looks.map((look) => look.id);
      const [links, hasArchive] = await Promise.all([
        diagnoses.openOfSnapshots(ids, now),
        archives.has(sha256),
      ]);
      return {
        fileName,
        receivedAt,
        takenAt: looks.flatMap(({ takenAt }) => takenAt ?? []).sort(),
        snapshots: looks.length,
        ...(hasArchive && { archiveBytes }),
        openLinks: links.length,
      };
    },

    /** When it fails half way nothing of the upload is visible any more; called again, it is finished. */
    async remove(id: string, { revokeLinks }: { readonly revokeLinks: boolean }) {
      const begun = (await journal.pending()).find((sha256) =>
        snapshotId(sha256, 0).startsWith(uploadPrefix(id)),
      );
      const sha256 = begun ?? (await library.record(id)).sha256;
      return inTurn(sha256, async () => (await finish(sha256)) ?? removeUpload(id, revokeLinks));
    },

    finish,

    /** Ends what an earlier run of the server began. What cannot be ended now waits for the next start. */
    async sweep(): Promise<void> {
      for (const sha256 of await journal.pending())
        await inTurn(sha256, () => finish(sha256)).catch((error) => {
          if (!toServiceError(error)) throw error;
        });
    },
  };
}

/**
 * The rows that make the upload exist go first, so that whatever comes between, nothing is half visible.
 * Every step may be done again.
 */
async function carryOut(parts: RemoveParts, removal: Removal): Promise<RemovalResult> {
  const { sha256, ids, node } = removal;
  await parts.snapshots.removeSnapshots(sha256);
  parts.library.forget(ids);
  const revokedLinks = removal.revokeLinks ? await revokeAll(parts, ids) : 0;
  await parts.archives.drop(sha256);
  await parts.reports.removeReports(ids);
  await parts.snapshots.removeTexts(sha256);
  await parts.journal.end(sha256);
  const left = await parts.snapshots.snapshotsOfNode(node);
  return { sha256, removed: ids, revokedLinks, path: left.length > 0 ? nodePath(node) : "/" };
}

async function revokeAll({ diagnoses, share, now }: RemoveParts, ids: readonly string[]) {
  const links = await diagnoses.openOfSnapshots(ids, new Date(now()).toISOString());
  for (const { handle } of links) await share.revoke(handle);
  return links.length;
}
