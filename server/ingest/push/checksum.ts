import * as zlib from "node:zlib";

/** CRC-32 of RFC 1952. Node has it since 20.15; before that it is computed here. */
export function checksum(bytes: Uint8Array): number {
  const native: ((data: Uint8Array) => number) | undefined = zlib.crc32;
  return native ? native(bytes) : byTable(bytes);
}

const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  return rest >>> 0;
});

export function byTable(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
