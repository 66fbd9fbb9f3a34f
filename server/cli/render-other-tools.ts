import { formatBytes, formatBytesDifference } from "../core/format-bytes";
import type { ReconcilePart, ReconcileRow } from "../core/report-reconcile";
import { padEnd, paint, type Terminal } from "./terminal";

const PARTS_SHOWN = 4;

/** What other tools print, and the buckets that make the difference. */
export function otherTools(rows: readonly ReconcileRow[], terminal: Terminal): readonly string[] {
  if (rows.length === 0) return [];
  const lines = rows.map((row) => {
    const name = padEnd(`${row.tool} ${row.label}`, 48);
    const size = formatBytes(row.bytes).padStart(10);
    return `   ${name}${size}  ${paint(terminal, "dim", describeDifference(row))}`;
  });
  return [paint(terminal, "bold", "What other tools print for this node"), ...lines];
}

/** "+13.8 MiB: pcp +13.8 MiB, shmem −12.0 KiB", largest first; "as ours" without a difference. */
export function describeDifference({ differs, parts = [] }: ReconcileRow): string {
  if (differs === 0) return "as ours";
  const sorted = [...parts].sort((a, b) => Math.abs(b.bytes) - Math.abs(a.bytes));
  const rest = sorted.slice(PARTS_SHOWN);
  const words = sorted.slice(0, PARTS_SHOWN).map(describePart);
  if (rest.length > 0) {
    const bytes = rest.reduce((sum, part) => sum + part.bytes, 0);
    words.push(`${rest.length} more ${formatBytesDifference(bytes)}`);
  }
  return `${formatBytesDifference(differs)} from ours${words.length > 0 ? `: ${words.join(", ")}` : ""}`;
}

function describePart({ bucket, bytes }: ReconcilePart): string {
  return `${bucket} ${formatBytesDifference(bytes)}`;
}
