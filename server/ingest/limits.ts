import { MIB } from "../core/units";

/** Every bound that reading one input is held to. All input is hostile until read. */
export interface IngestLimits {
  /** Size of the input itself. */
  readonly bytesIn: number;
  /** Size of everything that comes out of decompression, nested archives included. */
  readonly bytesOut: number;
  /** Text kept in memory, over all members. */
  readonly bytesKept: number;
  /** One member's text; the rest of a larger member is left out and said so. */
  readonly memberBytes: number;
  /** One kernel or system log: only its tail is kept, the newest reports are there. */
  readonly logBytes: number;
  /** Members of one input, kept or not. */
  readonly entries: number;
  /** Bytes out per byte in, looked at once `ratioFreeBytes` have come out. */
  readonly ratio: number;
  readonly ratioFreeBytes: number;
  /** Length of a member's path (PATH_MAX of Linux). */
  readonly pathLength: number;
  /** How deep folders may lie in each other. */
  readonly folderDepth: number;
  /** Archives inside archives. */
  readonly nestedArchives: number;
  /** One archive inside an archive is held in memory while it is read. */
  readonly nestedBytes: number;
  readonly milliseconds: number;
}

const DEFAULT_LIMITS: IngestLimits = {
  bytesIn: 2048 * MIB,
  bytesOut: 8192 * MIB,
  bytesKept: 512 * MIB,
  memberBytes: 64 * MIB,
  // sos cuts logs at 25 MiB by default; 16 MiB of tail hold some 100,000 lines.
  logBytes: 16 * MIB,
  entries: 1_000_000,
  // Real reports lie between 5 and 40; a gzip of zeros is 1,030, an xz of zeros 7,000.
  ratio: 1000,
  ratioFreeBytes: 64 * MIB,
  pathLength: 4096,
  folderDepth: 64,
  nestedArchives: 1,
  nestedBytes: 256 * MIB,
  milliseconds: 120_000,
};

export function withDefaults(limits: Partial<IngestLimits> | undefined): IngestLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}
