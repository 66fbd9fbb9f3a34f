import { type Bytes, kibToBytes } from "../units";

export interface SizeField {
  readonly name: string;
  /** Bytes where the field has the unit kB, else the count as printed. */
  readonly value: Bytes;
}

// Bounded, so that a hostile line costs linear time. No space is promised after the colon:
// arm64 prints "ShadowCallStack:10373888 kB".
const FIELD = /([^:\s]{1,64}):\s*(\d{1,20})(?!\d)(\s*[kK]B\b)?\s*/y;
// A vendor's line without a colon: "MemFree+FreePCP    123 kB". The unit keeps prose out.
const WITHOUT_COLON = /^([^:\s]{1,64})\s+(\d{1,20})\s*kB$/;
/** Pastes set a few columns side by side; a line with more is no list of fields. */
const MOST_IN_LINE = 100;
// People mark lines of a paste: "Slab: 123 kB   <-- here", "… # too big".
const REMARK = /^(?:$|[#<(*!←]|--|\/\/)/;

/**
 * The "Name:  123 kB" fields of one cleaned line; none if the line is something else.
 * Forum pastes set two columns in one line, so there may be several. A field whose number is not exact any more
 * is left out: 18446744073709551612 kB is a counter below zero, not a size.
 */
export function readSizeFields(text: string): SizeField[] {
  return findFields(text).flatMap(({ name, printed, hasUnit }) =>
    Number.isSafeInteger(printed) ? [{ name, value: hasUnit ? kibToBytes(printed) : printed }] : [],
  );
}

interface PrintedField {
  readonly name: string;
  readonly printed: number;
  readonly hasUnit: boolean;
}

function findFields(text: string): PrintedField[] {
  const fields: PrintedField[] = [];
  FIELD.lastIndex = 0;
  let end = 0;
  for (let match = FIELD.exec(text); match; match = FIELD.exec(text)) {
    if (fields.length === MOST_IN_LINE) return [];
    fields.push(toField(match[1], match[2], match[3] !== undefined));
    end = FIELD.lastIndex;
  }
  if (fields.length > 0) return REMARK.test(text.slice(end, end + 2)) ? fields : [];

  const [, name, size] = WITHOUT_COLON.exec(text) ?? [];
  return name ? [toField(name, size, true)] : [];
}

function toField(name = "", size = "", hasUnit = false): PrintedField {
  return { name, printed: Number(size), hasUnit };
}
