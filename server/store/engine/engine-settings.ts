import os from "node:os";
import path from "node:path";

const MIB = 1024 * 1024;

/** Settings that every statement starts from. */
export const baseSettings: ReadonlyMap<string, string> = new Map([
  // JSON numbers lose digits above 2^53.
  ["output_format_json_quote_64bit_integers", "1"],
  // The embedded engine's own default drops misspelt columns in silence.
  ["input_format_skip_unknown_fields", "0"],
  ["max_execution_time", "120"],
]);

// The engine's defaults suit a database server of its own: mark and index caches of 5 GiB each.
const CACHES: Readonly<Record<string, number>> = {
  mark_cache_size: 64 * MIB,
  primary_index_cache_size: 64 * MIB,
  index_mark_cache_size: 16 * MIB,
  vector_similarity_index_cache_size: 1 * MIB,
  text_index_tokens_cache_size: 1 * MIB,
  text_index_header_cache_size: 1 * MIB,
  text_index_postings_cache_size: 1 * MIB,
  parquet_metadata_cache_size: 1 * MIB,
  iceberg_metadata_files_cache_size: 1 * MIB,
  query_condition_cache_size: 8 * MIB,
  compiled_expression_cache_size: 32 * MIB,
};

/** Where, inside its own folder, the engine writes and reads backups; it does so nowhere else. */
export const BACKUPS_FOLDER = "backups";

/** How the engine is opened: the settings above, small caches, and a ceiling on its memory. */
export function connectionArguments(dataDir: string): string[] {
  const ceiling = Math.min(4096 * MIB, Math.max(1024 * MIB, Math.floor(os.totalmem() / 4)));
  return [
    ...[...baseSettings].map(([name, value]) => `--${name}=${value}`),
    ...Object.entries(CACHES).map(([name, bytes]) => `--${name}=${bytes}`),
    `--max_server_memory_usage=${ceiling}`,
    `--backups.allowed_path=${path.join(dataDir, BACKUPS_FOLDER)}`,
  ];
}
