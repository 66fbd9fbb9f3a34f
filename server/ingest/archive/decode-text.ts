import { isAscii, isUtf8 } from "node:buffer";
import { looksLikeUtf16 } from "./magic";

/**
 * Bytes of a text of any make as a string: UTF-8, else Latin-1 where it is not, UTF-16 by mark or pattern.
 * CRLF becomes LF and NULs go (holes of sparse files, half-written logs), so lines stay lines.
 */
export function decodeText(bytes: Buffer): string {
  const text = decode(bytes);
  const lines = text.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
  return lines.includes("\0") ? lines.replaceAll("\0", "") : lines;
}

/** NUL-separated arguments of /proc/<pid>/cmdline as one line of words. */
export function decodeArguments(bytes: Buffer): string {
  return decode(bytes).replaceAll("\0", " ").replaceAll("\n", " ").trim();
}

function decode(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  const wide = looksLikeUtf16(bytes.subarray(0, 64));
  if (wide) return new TextDecoder(`utf-16${wide}`).decode(bytes);
  if (isUtf8(bytes)) return new TextDecoder("utf-8").decode(bytes);
  // One stray byte must not turn the names around it into question marks: take UTF-8 line by line.
  return decodeMixed(bytes);
}

const NEWLINE = 0x0a;

function decodeMixed(bytes: Buffer): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
    parts.push(isUtf8(line) ? line.toString("utf8") : line.toString("latin1"));
    at += line.length;
  }
  return parts.join("");
}
