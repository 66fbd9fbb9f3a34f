import type { AllocpageView } from "@/server/core/accounting/allocpage";
import type { Evidence } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/** One line of the subtraction as it is written out. */
export interface SubtractionLine {
  readonly id: string;
  readonly label: string;
  readonly sign: "" | "−" | "+" | "=";
  /** Never negative: the sign stands before it, except in the result. */
  readonly bytes: Bytes;
  /** What is left after this line. */
  readonly left: Bytes;
  readonly evidence: readonly Evidence[];
}

/**
 * The view's ledger as a written subtraction: MemTotal, minus each counted part, equals the
 * remainder. The parts come with their sign (what is taken off is negative). The last line is
 * computed here from the lines above it, so that what a reader adds up is what stands there.
 */
export function writeSubtraction(view: Pick<AllocpageView, "ledger" | "bytes">): SubtractionLine[] {
  const [total, ...parts] = view.ledger.filter(({ id }) => id !== "allocpage");
  if (total === undefined) return [];
  let left = total.bytes;
  const lines: SubtractionLine[] = [{ ...total, sign: "", left }];
  for (const part of parts) {
    left += part.bytes;
    lines.push({
      ...part,
      sign: part.bytes > 0 ? "+" : "−",
      bytes: Math.abs(part.bytes),
      left,
    });
  }
  const evidence = view.ledger.find(({ id }) => id === "allocpage")?.evidence ?? [];
  lines.push({ id: "allocpage", label: "allocpage", sign: "=", bytes: left, left, evidence });
  return lines;
}
