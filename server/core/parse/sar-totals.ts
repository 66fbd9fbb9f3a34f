import type { Bytes } from "../units";
import type { Measured } from "./parsed";
import type { SarMoment } from "./sar";

/** A moment of sar under the names of /proc/meminfo, in bytes. */
export interface SarTotals {
  readonly value: ReadonlyMap<string, Measured>;
  /** Fields that sar does not print as such: field → how it was computed. */
  readonly formulas: ReadonlyMap<string, string>;
  /** Half a step of the percentage that MemTotal or Slab was worked out from, in bytes; 0 when nothing was. */
  readonly roundedBy: Bytes;
}

/** Columns that count the same pages as a field of /proc/meminfo. */
const SAME: readonly (readonly [field: string, column: string])[] = [
  ["MemFree", "kbmemfree"],
  ["MemAvailable", "kbavail"],
  ["Buffers", "kbbuffers"],
  ["Cached", "kbcached"],
  ["Committed_AS", "kbcommit"],
  ["Active", "kbactive"],
  ["Inactive", "kbinact"],
  ["Dirty", "kbdirty"],
  ["Shmem", "kbshmem"],
  ["AnonPages", "kbanonpg"],
  ["Slab", "kbslab"],
  ["KernelStack", "kbkstack"],
  ["PageTables", "kbpgtbl"],
  ["VmallocUsed", "kbvmused"],
  ["SwapFree", "kbswpfree"],
  ["SwapCached", "kbswpcad"],
];
/** %memused has two decimals. */
const HALF_STEP_PERCENT = 0.005;

/**
 * Totals of one moment. kbmemused has had three meanings, told apart by %memused: all that is not free (to
 * sysstat 11), without buffers, cache and slab (12), all that is not available (12.7, with kbshmem). Undefined
 * without the columns that give MemTotal.
 */
export function sarTotals({ columns }: SarMoment): SarTotals | undefined {
  const total = totalOf(columns);
  if (!total) return undefined;
  const value = new Map<string, Measured>([["MemTotal", total.total]]);
  const formulas = new Map([["MemTotal", total.formula]]);
  for (const [field, column] of SAME) {
    const measured = columns.get(column);
    if (measured) value.set(field, measured);
  }
  if (total.slab) {
    value.set("Slab", total.slab);
    formulas.set(
      "Slab",
      "what MemTotal leaves beside kbmemfree, kbmemused, kbbuffers and kbcached",
    );
  }
  addSum(columns, { field: "SwapTotal", parts: ["kbswpfree", "kbswpused"], value, formulas });
  addSum(columns, { field: "Hugetlb", parts: ["kbhugfree", "kbhugused"], value, formulas });
  return { value, formulas, roundedBy: total.roundedBy };
}

interface Total {
  readonly total: Measured;
  readonly formula: string;
  readonly slab?: Measured;
  readonly roundedBy: Bytes;
}

/** What kbmemused leaves out of MemTotal, by version. */
const MEANINGS: readonly (readonly string[])[] = [
  ["kbmemfree"],
  ["kbmemfree", "kbbuffers", "kbcached", "kbslab"],
  ["kbavail"],
];

function totalOf(columns: SarMoment["columns"]): Total | undefined {
  const used = columns.get("kbmemused");
  const percent = columns.get("%memused");
  if (!used || !percent) return undefined;
  const candidates = MEANINGS.flatMap((parts) => {
    const measured = parts.map((part) => columns.get(part));
    if (measured.some((part) => part === undefined)) return [];
    const value = measured.reduce((sum, part) => sum + (part?.value ?? 0), used.value);
    const apart = Math.abs((used.value / value) * 100 - percent.value);
    const formula = ["kbmemused", ...parts].join(" + ");
    return [{ total: { ...used, value }, formula, apart, roundedBy: 0 }];
  });
  const [best] = candidates.sort((a, b) => a.apart - b.apart);
  if (best && best.apart <= HALF_STEP_PERCENT * 2) return best;
  return totalByPercent(columns, { used, percent });
}

/** Since sysstat 12 plain `sar -r` prints no slab, which kbmemused leaves out: the percentage tells it. */
function totalByPercent(
  columns: SarMoment["columns"],
  { used, percent }: { readonly used: Measured; readonly percent: Measured },
): Total | undefined {
  if (percent.value < 1) return undefined;
  const value = Math.round((used.value / percent.value) * 100);
  const roundedBy = Math.round((value * HALF_STEP_PERCENT) / percent.value);
  const told = ["kbmemfree", "kbbuffers", "kbcached"].map((part) => columns.get(part)?.value ?? 0);
  const slab = told.reduce((left, part) => left - part, value - used.value);
  const isSlab = slab > roundedBy && !columns.has("kbslab");
  return {
    total: { ...used, value },
    formula: "kbmemused ÷ %memused",
    roundedBy,
    ...(isSlab ? { slab: { value: slab, line: used.line } } : {}),
  };
}

function addSum(
  columns: SarMoment["columns"],
  to: {
    readonly field: string;
    readonly parts: readonly [string, string];
    readonly value: Map<string, Measured>;
    readonly formulas: Map<string, string>;
  },
): void {
  const [first, second] = to.parts.map((part) => columns.get(part));
  if (!first || !second) return;
  to.value.set(to.field, { value: first.value + second.value, line: first.line });
  to.formulas.set(to.field, to.parts.join(" + "));
}
