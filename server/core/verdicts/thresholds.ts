import { type Bytes, GIB, MIB } from "../units";

/** How worrying an amount is by its size alone; one snapshot never proves a leak. */
export type SizeStatus = "suspect" | "watch" | undefined;

/**
 * A kernel bucket (allocpage, unreclaimable slab, vmalloc) by its bytes and its share of MemTotal.
 *
 * Suspect: > 6 GiB (> 10 GiB from 100 GiB of RAM) and > 3 % of it, or > 10 % and > 1.5 GiB (SysAK's
 * rule, with a share added, since 7 GiB are nothing on 1 TiB); below 8 GiB of RAM > 20 % and > 256 MiB;
 * below 1 GiB > 25 % and > 16 MiB. Watch: > 5 % and > 512 MiB (servers rest at 0.5 to 2 %).
 * MemTotal unknown: by bytes alone.
 */
export function sizeStatus(bytes: Bytes, memTotal: Bytes | undefined): SizeStatus {
  if (memTotal === undefined) return bySizeAlone(bytes);
  if (isSuspect(bytes, memTotal)) return "suspect";
  return bytes > memTotal * 0.05 && bytes > 512 * MIB ? "watch" : undefined;
}

function bySizeAlone(bytes: Bytes): SizeStatus {
  if (bytes > 1.5 * GIB) return "suspect";
  return bytes > 512 * MIB ? "watch" : undefined;
}

function isSuspect(bytes: Bytes, memTotal: Bytes): boolean {
  const share = bytes / memTotal;
  const large = memTotal > 100 * GIB ? 10 * GIB : 6 * GIB;
  if (share > 0.1 && bytes > 1.5 * GIB) return true;
  if (share > 0.03 && bytes > large) return true;
  if (memTotal < 8 * GIB && share > 0.2 && bytes > 256 * MIB) return true;
  return memTotal < GIB && share > 0.25 && bytes > 16 * MIB;
}

/**
 * SUnreclaim as a whole, all caches together. As `sizeStatus`, but from 100 GiB of RAM the bytes alone
 * are no alarm below 5 %: clients of network file systems, reverse maps and a few hundred containers
 * rest at 3 to 5 % there (9.9 GiB of 251 GiB seen on a node without fault). One cache alone is judged by
 * `sizeStatus`.
 */
export function slabStatus(bytes: Bytes, memTotal: Bytes | undefined): SizeStatus {
  const status = sizeStatus(bytes, memTotal);
  const isSpread = memTotal !== undefined && memTotal > 100 * GIB && bytes <= memTotal * 0.05;
  return status === "suspect" && isSpread ? "watch" : status;
}

/**
 * One step milder for slab of no one cache while it is at most a tenth of RAM and half of the RAM is available: a share
 * that servers with many files rest at (5.4 of 63 GiB seen), and nobody lacks the memory.
 */
export function milderAtRest(
  status: SizeStatus,
  bytes: Bytes,
  { available, memTotal }: { readonly available?: Bytes; readonly memTotal?: Bytes },
): SizeStatus {
  if (available === undefined || memTotal === undefined) return status;
  const isAtRest = bytes <= memTotal / 10 && available > memTotal / 2;
  if (!isAtRest) return status;
  return status === "suspect" ? "watch" : undefined;
}

/**
 * The same where the owner of a queue is known, so that less is needed: genuine incidents in guests of
 * 2.9 GiB took 16 to 22 % of RAM. Watch > 5 % and > 128 MiB; suspect > 10 % and > 256 MiB.
 */
export function ownerStatus(bytes: Bytes, memTotal: Bytes | undefined): SizeStatus {
  const status = sizeStatus(bytes, memTotal);
  if (status === "suspect" || memTotal === undefined) return status;
  if (bytes > memTotal * 0.1 && bytes > 256 * MIB) return "suspect";
  if (bytes > memTotal * 0.05 && bytes > 128 * MIB) return "watch";
  return status;
}

/** One queue whose owner is known: worth a word from here on, in bytes of charged truesize. */
export const NOTABLE_QUEUE = 64 * MIB;
