import { quote } from "../evidence";
import { groupBy } from "../group-by";
import type { ByteRange, Evidence } from "../report";
import type { Snapshot } from "../snapshot";
import { type Bytes, KIB } from "../units";

/** What the receive rings of one card hold when they are full, in bytes. */
export interface NicRings {
  readonly name: string;
  readonly driver?: string;
  readonly bytes: ByteRange;
  readonly evidence: Evidence;
}

/** Half a page is the least that a driver keeps for a frame of 1,500 bytes. */
const SMALLEST_BUFFER = 2 * KIB;
/** Jumbo frames take two pages, on some cards a block of more; a pool keeps as many again. */
const LARGEST_BUFFER_PAGES = 2;

/**
 * Receive rings by ethtool: entries × channels × buffer, largest first. A buffer whose size is not printed is between half a
 * page and two pages; without `-l` one channel is sure. Cards of which no ring was read are left out.
 */
export function nicRings(snapshot: Snapshot): readonly NicRings[] {
  const all = snapshot.nicSettings.flatMap(({ file, value }) =>
    value.map((settings) => ({ ...settings, file })),
  );
  const named = all.filter(({ name }) => name !== undefined);
  return [...groupBy(named, ({ name }) => name ?? "")]
    .flatMap(([name, settings]): readonly NicRings[] => {
      const ring = settings.find(({ rxEntries }) => rxEntries);
      if (!ring?.rxEntries) return [];
      const channels = settings.find(({ channels: count }) => count)?.channels;
      const driver = settings.find(({ driver: known }) => known)?.driver;
      const buffers = ring.rxEntries * (channels ?? 1);
      const bytes = rangeOf(buffers, ring.rxBuffer, snapshot.node.pageSize);
      const evidence = quote(snapshot, ring, {
        text: `receive rings of ${name} when full`,
        value: bytes.upper,
        unit: "bytes",
        formula: `${ring.rxEntries} entries × ${channels ?? 1} channels × ${bytes.upper / buffers} bytes`,
      });
      return [{ name, ...(driver && { driver }), bytes, evidence }];
    })
    .sort((a, b) => b.bytes.upper - a.bytes.upper);
}

function rangeOf(buffers: number, size: Bytes | undefined, pageSize: Bytes): ByteRange {
  const least = size ?? Math.min(SMALLEST_BUFFER, pageSize);
  const most = size ?? pageSize * LARGEST_BUFFER_PAGES;
  return { lower: buffers * least, upper: buffers * Math.max(least, most) };
}
