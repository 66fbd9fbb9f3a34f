import type { Readable } from "node:stream";

const NEWLINE = 0x0a;

/** The lines of a stream of bytes as they come. A line longer than `mostBytes` is skipped and stands as undefined. */
export async function* linesOf(
  input: Readable,
  mostBytes: number,
): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = [];
  let size = 0;
  const take = (part: Buffer) => {
    size += part.length;
    if (size <= mostBytes) parts.push(part);
    else parts = [];
  };
  const finish = () => {
    const line = size <= mostBytes ? Buffer.concat(parts).toString("utf8") : undefined;
    parts = [];
    size = 0;
    return line;
  };
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      take(bytes.subarray(from, end));
      yield finish();
      from = end + 1;
    }
    if (from < bytes.length) take(bytes.subarray(from));
  }
  if (size > 0) yield finish();
}
