import { isTarHeader } from "./tar-header";

export type Compression = "gzip" | "xz" | "bzip2" | "zstd";
export type ContentKind =
  | { readonly is: "compressed"; readonly by: Compression }
  | { readonly is: "tar" }
  | { readonly is: "zip" }
  | { readonly is: "text" }
  | { readonly is: "refused"; readonly code: "encrypted" | "unsupported"; readonly why: string };

interface Signature {
  readonly bytes: readonly number[];
  readonly kind: ContentKind;
}

function compressed(by: Compression, bytes: readonly number[]): Signature {
  return { bytes, kind: { is: "compressed", by } };
}

function refused(
  code: "encrypted" | "unsupported",
  magic: readonly number[] | string,
  why: string,
) {
  const bytes = typeof magic === "string" ? [...Buffer.from(magic, "latin1")] : magic;
  return { bytes, kind: { is: "refused", code, why } } satisfies Signature;
}

const ENCRYPTED = "it is encrypted; decrypt it first and upload the archive inside";
const MEMORY_DUMP =
  "it is a memory dump or a program (ELF); dumps are not read, only text and archives of text";

const SIGNATURES: readonly Signature[] = [
  compressed("gzip", [0x1f, 0x8b]),
  compressed("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]),
  compressed("bzip2", [0x42, 0x5a, 0x68]),
  compressed("zstd", [0x28, 0xb5, 0x2f, 0xfd]),
  { bytes: [0x50, 0x4b, 0x03, 0x04], kind: { is: "zip" } },
  { bytes: [0x50, 0x4b, 0x05, 0x06], kind: { is: "zip" } },
  refused("encrypted", "-----BEGIN PGP MESSAGE", ENCRYPTED),
  refused("encrypted", "Salted__", ENCRYPTED),
  refused("encrypted", "age-encryption.org/", ENCRYPTED),
  refused("unsupported", "\x7fELF", MEMORY_DUMP),
  refused("unsupported", "KDUMP   ", MEMORY_DUMP),
  refused("unsupported", "makedumpfile", MEMORY_DUMP),
  // sysstat's sa files: SYSSTAT_MAGIC 0xd596 (sa.h), little and big endian.
  refused(
    "unsupported",
    [0x96, 0xd5],
    "it is a binary sar file; send the text of `sar -A -f FILE`",
  ),
  refused(
    "unsupported",
    [0xd5, 0x96],
    "it is a binary sar file; send the text of `sar -A -f FILE`",
  ),
  // atop's raw header: MYMAGIC 0xfeedbeef (rawlog.h).
  refused(
    "unsupported",
    [0xef, 0xbe, 0xed, 0xfe],
    "it is a binary atop log; send a text of `atop -r FILE -m`",
  ),
  refused(
    "unsupported",
    "7z\xbc\xaf\x27\x1c",
    "7z archives are not read; pack it as .tar.xz or .zip",
  ),
  refused("unsupported", "Rar!", "rar archives are not read; pack it as .tar.xz or .zip"),
  refused("unsupported", [0x04, 0x22, 0x4d, 0x18], "lz4 is not read; pack it as .gz, .xz or .zst"),
  refused("unsupported", "SQLite format 3", "it is a database, not a text"),
];

/** First bytes that are enough to tell every kind: one tar header. */
export const MAGIC_BYTES = 512;

/** What the first bytes of a file say it is. Names are never asked: uploads lose and change them. */
export function detectContent(head: Buffer): ContentKind {
  const signature = SIGNATURES.find(
    (one) => one.bytes.length <= head.length && one.bytes.every((byte, at) => head[at] === byte),
  );
  if (signature) return signature.kind;
  if (isTarHeader(head)) return { is: "tar" };
  if (isOpenPgpPacket(head)) return { is: "refused", code: "encrypted", why: ENCRYPTED };
  if (isBinary(head)) {
    return { is: "refused", code: "unsupported", why: "it is neither text nor a known archive" };
  }
  return { is: "text" };
}

/** RFC 4880: a session key packet (tag 1 or 3, old or new form) opens every encrypted message. */
function isOpenPgpPacket(head: Buffer): boolean {
  const [tag = 0, length = 0, next = 0] = head;
  if (tag === 0x85 || tag === 0x84) return next <= 3 || length === 3;
  return (tag === 0x8c || tag === 0xc1 || tag === 0xc3) && (next === 3 || next === 4 || next === 5);
}

/** Control characters which no log, table or UTF-16 text has, in more than one byte of ten. */
function isBinary(head: Buffer): boolean {
  if (looksLikeUtf16(head)) return false;
  let odd = 0;
  for (const byte of head) {
    // NUL is left out: cmdline files and half-written logs are full of them.
    if ((byte > 0 && byte < 7) || (byte > 13 && byte < 27)) odd += 1;
  }
  return odd * 10 > head.length;
}

/** UTF-16 by its byte order mark, or by every second byte of the start being NUL. */
export function looksLikeUtf16(head: Buffer): "le" | "be" | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "le";
  if (head[0] === 0xfe && head[1] === 0xff) return "be";
  const length = Math.min(head.length & ~1, 64);
  if (length < 8) return undefined;
  const evenNuls = nulsAt(head, 0, length);
  const oddNuls = nulsAt(head, 1, length);
  if (oddNuls === length / 2 && evenNuls === 0) return "le";
  return evenNuls === length / 2 && oddNuls === 0 ? "be" : undefined;
}

function nulsAt(head: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 2) {
    if (head[at] === 0) count += 1;
  }
  return count;
}
