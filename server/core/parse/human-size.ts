import type { Bytes } from "../units";

const SIZE = /^(\d{1,20}(?:[.,]\d{1,6})?)\s?(?:([KMGTPE])(?:i?B)?|B|bytes?)?$/i;
const POWERS = "KMGTPE";

/**
 * A size as people and `numfmt --to=iec` write it: "45409728", "2.8M", "1,1G", "512KiB". Binary units, since
 * every tool whose output is read here means those. Bytes, or undefined for another text.
 */
export function readHumanSize(text: string): Bytes | undefined {
  const [, number, unit] = SIZE.exec(text) ?? [];
  if (number === undefined) return undefined;
  const power = unit === undefined ? 0 : POWERS.indexOf(unit.toUpperCase()) + 1;
  const bytes = Math.round(Number(number.replace(",", ".")) * 1024 ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
