import { reportSnapshot } from "../core/report-snapshot";
import { readInputFile } from "../ingest/read-input";
import { readTexts } from "../ingest/read-texts";
import type { InputReader } from "./input-reader";
import { rulesVersion } from "./rules-version";

/** The project's own reader and rules. */
export function openReader(): InputReader {
  const version = rulesVersion();
  return {
    readFile: ({ path, name, ...options }) => readInputFile(path, { ...options, inputName: name }),
    readTexts: async ({ name, sha256, texts }) => readTexts({ name, sha256, texts }),
    judge: reportSnapshot,
    ...(version !== undefined && { rulesVersion: version }),
  };
}
