import { createHash } from "node:crypto";
import { pack } from "tar-stream";

export interface Entry {
  readonly name: string;
  readonly body?: string | Buffer;
  readonly mtime?: Date;
}

/** A tar made by another program's rules than the reader's own. */
export async function makeTar(entries: readonly Entry[]): Promise<Buffer> {
  const packing = pack();
  for (const { body, name, mtime } of entries) {
    packing.entry({ name, mtime: mtime ?? new Date() }, body ?? "");
  }
  packing.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of packing) {
    if (Buffer.isBuffer(piece)) pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** One header block, checksum included, with any name: packers refuse hostile ones. */
export function tarHeader(fields: {
  readonly name: string;
  readonly size?: number;
  readonly type?: string;
  readonly link?: string;
}): Buffer {
  const block = Buffer.alloc(512);
  block.write(fields.name, 0, 100, "latin1");
  block.write("0000644\0", 100, "latin1");
  block.write(`${(fields.size ?? 0).toString(8).padStart(11, "0")}\0`, 124, "latin1");
  block.write("00000000000\0", 136, "latin1");
  block.write("        ", 148, "latin1");
  block.write(fields.type ?? "0", 156, "latin1");
  block.write(fields.link ?? "", 157, 100, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

export function tarMember(name: string, text: string): Buffer {
  const body = Buffer.from(text);
  const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
  return Buffer.concat([tarHeader({ name, size: body.length }), body, padding]);
}

/** A zip of stored members, with any names and Unix modes. */
export function makeZip(
  entries: readonly { readonly name: string; readonly body: string; readonly mode?: number }[],
): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, body, mode } of entries) {
    const bytes = Buffer.from(body);
    const nameBytes = Buffer.from(name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    writeSizes(local, 14, bytes, nameBytes.length);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    central.writeUInt16LE(20, 6);
    central.writeUInt16LE(0x5000, 14);
    writeSizes(central, 16, bytes, nameBytes.length);
    central.writeUInt32LE((mode ?? 0o100644) * 0x10000, 38);
    central.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, bytes);
    directory.push(central, nameBytes);
    offset += 30 + nameBytes.length + bytes.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...directory, end]);
}

function writeSizes(header: Buffer, at: number, bytes: Buffer, nameLength: number): void {
  header.writeUInt32LE(checksum(bytes), at);
  header.writeUInt32LE(bytes.length, at + 4);
  header.writeUInt32LE(bytes.length, at + 8);
  header.writeUInt16LE(nameLength, at + 12);
}

/** CRC-32 bit by bit: zlib has it from Node 22 on only. */
function checksum(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
