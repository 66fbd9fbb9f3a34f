import { MIB } from "../../core/units";

/** What one body of pushes may hold. A push of the heavier set of a node with 5,000 sockets is 4 MB, 0.5 MB compressed. */
export const PUSH_LIMITS = {
  /** As it is sent. */
  bodyBytes: 16 * MIB,
  /** Gzip members, each a push: a spool of some hours. */
  members: 1000,
  /** One push unpacked (it is parsed in one go), and all of a body. */
  memberBytes: 8 * MIB,
  unpackedBytes: 256 * MIB,
  /** Bytes out per byte in, above `ratioFreeBytes`. Text of /proc shrinks 3 to 20 times. */
  ratio: 100,
  ratioFreeBytes: 1 * MIB,
  /** Files in one push. */
  frames: 4000,
} as const;
