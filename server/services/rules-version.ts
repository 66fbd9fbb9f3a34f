/**
 * Names the reader and the rules that this build holds: a hash of server/core and server/ingest, which the
 * launcher hands to a production server. Absent in development and in tests, where the rules change
 * between two starts: then no report outlives the process that worked it out.
 */
export function rulesVersion(): string | undefined {
  return process.env["MEMLEDGER_RULES_VERSION"] || undefined;
}
