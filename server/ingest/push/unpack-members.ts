import { constants, inflateRawSync } from "node:zlib";
import { checksum } from "./checksum";
import { PUSH_LIMITS } from "./push-limits";

/** A member of the body: what it unpacks to, or one sentence that says why not. */
export type Member = { readonly bytes: Buffer } | { readonly error: string };

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const FLAG = { headerCrc: 2, extra: 4, name: 8, comment: 16 } as const;

/** RFC 1952: magic, and deflate as the only method there is. */
export function isGzip(body: Uint8Array): boolean {
  return body[0] === 0x1f && body[1] === 0x8b && body[2] === 8;
}

/**
 * The members of a gzip body one by one, as `cat spool/*.gz` joins them. A damaged or cut member ends the
 * walk, since where the next begins is then not known; the ones before it stand. Each is unpacked
 * within the limits of a push, so that a bomb costs its limit and no more.
 */
export function* unpackMembers(body: Buffer): Generator<Member> {
  let total = 0;
  let at = 0;
  for (let count = 0; at < body.length; count += 1) {
    if (count >= PUSH_LIMITS.members) {
      yield { error: `more than ${PUSH_LIMITS.members} pushes in one body; send the rest again` };
      return;
    }
    const member = unpackOne(body.subarray(at), PUSH_LIMITS.unpackedBytes - total);
    yield member;
    if (!("bytes" in member)) return;
    total += member.bytes.length;
    at += member.size;
  }
}

type Unpacked = { readonly bytes: Buffer; readonly size: number } | { readonly error: string };

function unpackOne(rest: Buffer, bytesLeft: number): Unpacked {
  if (!isGzip(rest)) return { error: "not gzip from here on; what stands before it was read" };
  const start = headerLength(rest);
  if (start === undefined) return { error: CUT };
  const allowed = Math.min(
    PUSH_LIMITS.memberBytes,
    bytesLeft,
    Math.max(PUSH_LIMITS.ratioFreeBytes, (rest.length - start) * PUSH_LIMITS.ratio),
  );
  try {
    const { buffer, engine } = inflate(rest.subarray(start), allowed);
    return checkTrailer(rest, start + engine.bytesWritten, buffer);
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

function checkTrailer(rest: Buffer, end: number, bytes: Buffer): Unpacked {
  if (rest.length < end + TRAILER_BYTES) return { error: CUT };
  const isWhole =
    rest.readUInt32LE(end + 4) === bytes.length && rest.readUInt32LE(end) === checksum(bytes);
  return isWhole ? { bytes, size: end + TRAILER_BYTES } : { error: DAMAGED };
}

const CUT = "the gzip data ends in the middle; send this push again";
const DAMAGED = "the gzip data is damaged; this push cannot be read";

/** The types of Node leave out what `info` adds. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(data: Buffer, maxOutputLength: number): Inflated {
  if (maxOutputLength <= 0) throw Object.assign(new Error(), { code: "ERR_BUFFER_TOO_LARGE" });
  const result: unknown = inflateRawSync(data, {
    info: true,
    maxOutputLength,
    finishFlush: constants.Z_FINISH,
  });
  return result as Inflated;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE") {
    return "it unpacks to more than a push may hold; it was not read";
  }
  return code === "Z_BUF_ERROR" ? CUT : DAMAGED;
}

/** Bytes before the deflate stream; undefined when the header itself is cut. */
function headerLength(member: Buffer): number | undefined {
  const flags = member[3] ?? 0;
  let at = HEADER_BYTES;
  if (flags & FLAG.extra) at += 2 + (at + 2 <= member.length ? member.readUInt16LE(at) : 0);
  for (const flag of [FLAG.name, FLAG.comment]) {
    if (!(flags & flag)) continue;
    const end = member.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  if (flags & FLAG.headerCrc) at += 2;
  return at <= member.length ? at : undefined;
}
