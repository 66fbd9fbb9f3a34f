import { quote } from "../evidence";
import type { BucketId, BucketPart, BucketShare, Evidence } from "../report";
import type { MeminfoSource, Snapshot } from "../snapshot";
import type { Bytes } from "../units";

/** What the terms of the ledger read: meminfo with the rest of the snapshot at hand. */
export interface LedgerFacts {
  readonly snapshot: Snapshot;
  readonly meminfo: MeminfoSource;
}

/**
 * Questions that the fields alone do not answer. The ledger starts from the likely answers and tries
 * the others when the remainder turns out clearly negative (a double count).
 */
export interface LedgerChoices {
  /** KernelStack is inside VmallocUsed (VMAP_STACK). */
  readonly isStackInVmalloc: boolean;
  /** Balloon pages still belong to MemTotal (driver dependent). */
  readonly isBalloonInside: boolean;
  /** Zswap's pool is not made of zspages (zbud, z3fold), so it adds to nr_zspages. */
  readonly isZswapSeparate: boolean;
}

/** One measured bucket before it is put in drawing order. Sizes in bytes. */
export interface Term {
  readonly id: BucketId;
  readonly bytes: Bytes;
  readonly how: BucketShare["how"];
  readonly from: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly parts?: readonly BucketPart[];
}

/** A meminfo field in bytes; absent when this kernel does not print it. */
export function fieldBytes(facts: LedgerFacts, field: string): Bytes | undefined {
  return facts.meminfo.value.get(field)?.value;
}

/** Evidence for a meminfo field, or nothing when it is not printed. */
export function fieldEvidence(facts: LedgerFacts, field: string): readonly Evidence[] {
  const measured = facts.meminfo.value.get(field);
  if (!measured) return [];
  const formula = formulaOf(facts, field);
  return [
    quote(
      facts.snapshot,
      { file: facts.meminfo.file, line: measured.line },
      { text: field, value: measured.value, unit: "bytes", ...(formula ? { formula } : {}) },
    ),
  ];
}

/** How a field was computed where the input has no /proc/meminfo; absent for a printed number. */
function formulaOf(facts: LedgerFacts, field: string): string | undefined {
  return facts.meminfo.derived?.formulas.get(field);
}

/** The same for readers that need no ledger; absent when the field, or meminfo itself, is. */
export function meminfoEvidence(snapshot: Snapshot, field: string): Evidence | undefined {
  const { meminfo } = snapshot;
  return meminfo && fieldEvidence({ snapshot, meminfo }, field)[0];
}

/** The sum of the fields that are printed; absent when none is. */
export function sumOfFields(facts: LedgerFacts, fields: readonly string[]): Bytes | undefined {
  const printed = fields.flatMap((field) => fieldBytes(facts, field) ?? []);
  if (printed.length === 0) return undefined;
  return printed.reduce((sum, bytes) => sum + bytes, 0);
}

/** A bucket that is one meminfo field, or the sum of several. */
export function fieldTerm(
  facts: LedgerFacts,
  id: BucketId,
  fields: readonly string[],
): Term | undefined {
  const bytes = sumOfFields(facts, fields);
  if (bytes === undefined) return undefined;
  const printed = fields.filter((field) => fieldBytes(facts, field) !== undefined);
  return {
    id,
    bytes,
    how:
      printed.length === 1 && !printed.some((field) => formulaOf(facts, field))
        ? "field"
        : "derived",
    from: printed,
    evidence: printed.flatMap((field) => fieldEvidence(facts, field)),
  };
}

/** A bucket computed from several numbers, with the fields and lines it came from. */
export function derivedTerm(
  facts: LedgerFacts,
  term: Pick<Term, "id" | "bytes" | "from"> & { readonly extra?: readonly Evidence[] },
): Term {
  const { extra = [], ...rest } = term;
  const quoted = term.from.flatMap((field) => fieldEvidence(facts, field));
  return { ...rest, how: "derived", evidence: [...quoted, ...extra] };
}
