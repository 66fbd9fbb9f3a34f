export const TAR_BLOCK = 512;

/** One header block, with numbers decoded. Names are as stored: nothing is trusted yet. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  readonly mtimeSeconds: number;
  readonly type: string;
  readonly linkName: string;
  /** Old GNU sparse: another block of the hole map follows the header. */
  readonly isExtended: boolean;
}

const NUL = 0;
const SPACE = 0x20;

/** True for a block whose checksum fits: v7, ustar, pax and GNU headers alike. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < TAR_BLOCK || block[0] === NUL) return false;
  const stored = readOctal(block, 148, 8);
  if (stored === undefined) return false;
  let sum = 8 * SPACE;
  for (let at = 0; at < TAR_BLOCK; at += 1) {
    if (at < 148 || at >= 156) sum += block[at] ?? 0;
  }
  return sum === stored || signedSum(block) === stored;
}

/** Some old archivers summed signed bytes. */
function signedSum(block: Buffer): number {
  let sum = 8 * SPACE;
  for (let at = 0; at < TAR_BLOCK; at += 1) {
    if (at < 148 || at >= 156) sum += block.readInt8(at);
  }
  return sum;
}

/** Decodes a block that isTarHeader accepted; undefined when a number in it makes no sense. */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  const size = readNumber(block, 124, 12);
  if (size === undefined || size < 0 || !Number.isSafeInteger(size)) return undefined;
  const isUstar = block.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isUstar ? readText(block, 345, 155) : "";
  const name = readText(block, 0, 100);
  const type = String.fromCharCode(block[156] ?? NUL);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    size,
    mtimeSeconds: readNumber(block, 136, 12) ?? 0,
    type: type === "\0" ? "0" : type,
    linkName: readText(block, 157, 100),
    isExtended: type === "S" && block[482] === 1,
  };
}

export function isZeroBlock(block: Buffer): boolean {
  return block.every((byte) => byte === NUL);
}

function readText(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(NUL, at);
  return block.toString("utf8", at, end < 0 || end > at + length ? at + length : end);
}

/** Octal, or GNU's base-256 for sizes of 8 GiB and more (first bit set). */
function readNumber(block: Buffer, at: number, length: number): number | undefined {
  const first = block[at] ?? 0;
  if ((first & 0x80) === 0) return readOctal(block, at, length);
  if (first === 0xff) return undefined;
  let value = first & 0x7f;
  for (let index = at + 1; index < at + length; index += 1) {
    value = value * 256 + (block[index] ?? 0);
  }
  return value;
}

function readOctal(block: Buffer, at: number, length: number): number | undefined {
  const text = block
    .toString("latin1", at, at + length)
    .replaceAll("\0", " ")
    .trim();
  if (text === "") return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}
