/** Parameters travel in the address of a query, of which ClickHouse takes 1 MiB (`http_max_uri_size`). */
const LONGEST_BYTES = 256 * 1024;
/** Each byte may become "%XX"; quotes and a comma stand between two names. */
const ENCODED = 3;
const BETWEEN = 9;

/** Names in as many lists as queries are needed to ask for all of them, at most `most` in each. */
export function* nameBatches(names: readonly string[], most: number): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const name of names) {
    const own = Buffer.byteLength(name) * ENCODED + BETWEEN;
    if (batch.length > 0 && (batch.length >= most || bytes + own > LONGEST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(name);
    bytes += own;
  }
  if (batch.length > 0) yield batch;
}
