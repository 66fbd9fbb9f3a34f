import { type SiteView, viewSites } from "../core/accounting/site-view";
import type { SnapshotReport } from "../core/report";
import type { Snapshot } from "../core/snapshot";
import type { SnapshotStore } from "../store/snapshots";
import type { ArchiveKeeper } from "./archive-keeper";
import type { ReportLibrary } from "./report-library";
import { ServiceError } from "./service-error";

export interface ReadSnapshotParts {
  readonly snapshots: SnapshotStore;
  readonly library: ReportLibrary;
  readonly archives: ArchiveKeeper;
}

export interface SnapshotPage {
  readonly id: string;
  readonly node: string;
  readonly receivedAt: string;
  /** The snapshots of the node taken before and after this one. */
  readonly previousId?: string;
  readonly nextId?: string;
  readonly report: SnapshotReport;
}

export interface SnapshotFile {
  readonly file: string;
  /** Which format it was read as; absent when nothing in it was recognised. */
  readonly format?: string;
  readonly lines: number;
  readonly bytes: number;
}

export interface RawLines {
  readonly file: string;
  /** Number of the first line, 1-based. */
  readonly from: number;
  readonly lines: readonly string[];
  readonly totalLines: number;
}

export interface RawQuery {
  readonly id: string;
  readonly file: string;
  /** A line to show in its surroundings; `from` wins. */
  readonly line?: number | undefined;
  readonly from?: number | undefined;
}

/** Who allocated what, with a snapshot of the same node to compare with. */
export interface SnapshotSites {
  readonly views: readonly SiteView[];
  /** The other snapshots of the node, newest first. */
  readonly others: readonly OtherSnapshot[];
  /** Absent when none was asked for, or the node has no such snapshot. */
  readonly before?: OtherSnapshot & { readonly views: readonly SiteView[] };
}

interface OtherSnapshot {
  readonly id: string;
  readonly takenAt?: string;
  readonly receivedAt: string;
}

export interface SitesQuery {
  readonly id: string;
  /** The snapshot to compare with. */
  readonly against?: string | undefined;
}

const PAGE_LINES = 400;
const LINE_CHARACTERS = 4000;
const LINES_BEFORE = 100;

/** One snapshot: its report, what it was made of, and the raw lines behind every number. */
export function createReadSnapshot({ snapshots, library, archives }: ReadSnapshotParts) {
  const snapshotOf = async (id: string) => library.snapshotOf(await library.record(id));

  return {
    async report(id: string): Promise<SnapshotPage> {
      const record = await library.record(id);
      const [report, ofNode] = await Promise.all([
        library.reportOf(record),
        snapshots.snapshotsOfNode(record.node),
      ]);
      const place = ofNode.findIndex((other) => other.id === id);
      const previousId = place === -1 ? undefined : ofNode[place + 1]?.id;
      const nextId = place === -1 ? undefined : ofNode[place - 1]?.id;
      return {
        id,
        node: record.node,
        receivedAt: record.receivedAt,
        ...(previousId !== undefined && { previousId }),
        ...(nextId !== undefined && { nextId }),
        report,
      };
    },

    /** What a pure function of the core makes of the snapshot; null where it has no such data. */
    async view<T>(id: string, draw: (snapshot: Snapshot) => T | undefined): Promise<T | null> {
      return draw(await snapshotOf(id)) ?? null;
    },

    async sites({ id, against }: SitesQuery): Promise<SnapshotSites> {
      const record = await library.record(id);
      const ofNode = await snapshots.snapshotsOfNode(record.node);
      const others = ofNode.filter((other) => other.id !== id);
      const earlier = others.find((other) => other.id === against);
      return {
        views: viewSites(await library.snapshotOf(record)),
        others: others.map(asOther),
        ...(earlier && {
          before: { ...asOther(earlier), views: viewSites(await snapshotOf(earlier.id)) },
        }),
      };
    },

    async files(id: string): Promise<{ files: SnapshotFile[]; hasArchive: boolean }> {
      const record = await library.record(id);
      const snapshot = await library.snapshotOf(record);
      const formats = new Map(snapshot.files.map(({ file, format }) => [file, format]));
      const files = [...snapshot.texts].map(([file, text]) => {
        const format = formats.get(file);
        return {
          file,
          ...(format !== undefined && { format }),
          lines: countLines(text),
          bytes: Buffer.byteLength(text),
        };
      });
      return { files, hasArchive: await archives.has(record.sha256) };
    },

    /** At most 400 lines of one file of the snapshot, long lines cut. The name is looked up, never opened. */
    async rawFile({ id, file, line, from }: RawQuery): Promise<RawLines> {
      const text = (await snapshotOf(id)).texts.get(file);
      if (text === undefined)
        throw new ServiceError("notFound", "The snapshot holds no file of that name.");
      const all = text.split("\n");
      const totalLines = countLines(text);
      const start = clamp(from ?? (line ?? 1) - LINES_BEFORE, 1, Math.max(1, totalLines));
      const lines = all
        .slice(start - 1, Math.min(start - 1 + PAGE_LINES, totalLines))
        .map((raw) => (raw.length > LINE_CHARACTERS ? raw.slice(0, LINE_CHARACTERS) : raw));
      return { file, from: start, lines, totalLines };
    },
  };
}

function asOther({ id, takenAt, receivedAt }: OtherSnapshot): OtherSnapshot {
  return { id, ...(takenAt !== undefined && { takenAt }), receivedAt };
}

function clamp(value: number, lowest: number, highest: number): number {
  return Math.min(Math.max(value, lowest), highest);
}

/** A newline at the end ends the last line and begins none. */
function countLines(text: string): number {
  if (text === "") return 0;
  let lines = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
