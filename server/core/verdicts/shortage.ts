import { meminfoEvidence } from "../accounting/ledger-facts";
import type { Bytes } from "../units";
import { bytesOf, type Diagnosis } from "./diagnosis";

/** Below this share of the RAM that processes can have, the kernel is about to reclaim, or to kill. */
const SHORT = 0.1;

/** MemAvailable; before 3.14 what is free and what of the page cache is neither shared nor dirty, in bytes. */
export function availableBytes(diagnosis: Diagnosis): Bytes | undefined {
  const { available, composition, snapshot } = diagnosis;
  if (available !== undefined) return available;
  if (!composition || snapshot.meminfo?.derived) return undefined;
  const dirty = ["Dirty", "Writeback"].map((field) => meminfoEvidence(snapshot, field)?.value ?? 0);
  const cache = bytesOf(diagnosis, "fileCache") + bytesOf(diagnosis, "buffers");
  const clean = cache - dirty.reduce((sum, bytes) => sum + bytes, 0);
  return bytesOf(diagnosis, "free") + Math.max(0, clean);
}

/** Memory is short: next to nothing is available, or the snapshot is the report of a failed allocation. */
export function isShort(diagnosis: Diagnosis): boolean {
  const { snapshot } = diagnosis;
  if (snapshot.meminfo?.derived?.via === "memory-report") return true;
  return isLittle(diagnosis, availableBytes(diagnosis));
}

/** Next to nothing of what is not set aside for huge pages. */
export function isLittle(diagnosis: Diagnosis, available: Bytes | undefined): boolean {
  const { memTotal } = diagnosis;
  if (memTotal === undefined || available === undefined) return false;
  // Huge pages were set aside on purpose: what is left is what may run short.
  return available < (memTotal - bytesOf(diagnosis, "hugetlb")) * SHORT;
}
