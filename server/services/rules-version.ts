/**
 * Names the reader and the rules that this build holds: a hash of server/core and server/ingest, put in
 * by the production build (next.config.js). Absent in development and in tests, where the rules change
 * under a running process: then nothing that was worked out is kept.
 */
export function rulesVersion(): string | undefined {
  return process.env["MEMLEDGER_RULES_VERSION"] || undefined;
}
