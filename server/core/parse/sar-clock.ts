const CLOCK = /^(\d{1,2})[:.h時时](\d\d)[:.m分](\d\d)[s秒]?(?=\s)/;
/** Before or behind the clock, in the languages whose locales count to 12. */
const HALF = /^(?:([AP])\.?M\.?|(上午|午前|오전)|(下午|午後|오후))(?=\s)/i;

interface RowClock {
  readonly second: number;
  /** The row behind its clock. */
  readonly rest: string;
}

/** The clock that a row of sar begins with, as the second of the day; undefined for other lines. */
export function rowClock(text: string): RowClock | undefined {
  const before = HALF.exec(text);
  const from = before ? text.slice(before[0].length).trimStart() : text;
  const match = CLOCK.exec(from);
  if (!match) return undefined;
  const behind = from.slice(match[0].length).trimStart();
  const after = before ? null : HALF.exec(behind);
  const [hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  return {
    second: (to24(hour, before ?? after) * 60 + minute) * 60 + second,
    rest: after ? behind.slice(after[0].length).trimStart() : behind,
  };
}

function to24(hour: number, half: RegExpExecArray | null): number {
  if (!half) return hour;
  const isAfternoon = half[1]?.toUpperCase() === "P" || half[3] !== undefined;
  return (hour % 12) + (isAfternoon ? 12 : 0);
}

const ISO = /^(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?$/;
const LOCAL = /^(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d\d)$/;

/**
 * The day in sar's title as ISO 8601: "05/26/20", "2020-05-26", "26.05.2020". With slashes the month comes
 * first (sysstat's own form), unless that cannot be.
 */
export function sarDay(day: string): string | undefined {
  const iso = ISO.exec(day);
  if (iso) return toDay(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const [, first, separator, second, year] = LOCAL.exec(day) ?? [];
  if (!first || !second || !year) return undefined;
  const fullYear = Number(year) + (year.length === 2 ? 2000 : 0);
  const isDayFirst = separator === "." || Number(first) > 12;
  const [month, date] = isDayFirst ? [second, first] : [first, second];
  return toDay(fullYear, Number(month), Number(date));
}

function toDay(year: number, month: number, day: number): string | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
