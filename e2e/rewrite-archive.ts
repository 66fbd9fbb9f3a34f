import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, gzipSync } from "node:zlib";
import { extract, pack } from "tar-stream";

/** Words to put in place of others, in the names of files and in what they hold. */
export type Rewriting = readonly (readonly [from: string | RegExp, to: string])[];

/** A capture as it came, but for those words: a .tar.gz of the same files. */
export async function rewriteArchive(file: string, rewriting: Rewriting): Promise<Buffer> {
  const reader = extract();
  const writer = pack();
  const read = pipeline([await readFile(file)], createGunzip(), reader);
  for await (const entry of reader) {
    const content = rewrite(await bytesOf(entry), rewriting);
    const name = rewrite(Buffer.from(entry.header.name), rewriting).toString();
    writer.entry({ ...entry.header, name, size: content.length }, content);
  }
  await read;
  writer.finalize();
  return gzipSync(await bytesOf(writer));
}

/** @param stream of bytes; tar-stream does not say of what its own are */
async function bytesOf(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Byte by byte (latin1), so that what is no text stays as it is. */
function rewrite(bytes: Buffer, rewriting: Rewriting): Buffer {
  let text = bytes.toString("latin1");
  for (const [from, to] of rewriting)
    text = text.replaceAll(from, () => Buffer.from(to).toString("latin1"));
  return Buffer.from(text, "latin1");
}
