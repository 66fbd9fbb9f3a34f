import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of a capture that came with the project: "live-memsnap-incident/t1/ss-tcp". */
export function readFixture(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url)), "utf8");
}

/** The public corpus stands beside the checkout, where it stands at all. */
export const hasPublicCorpus = existsSync(publicCorpusPath(""));

/** A file of the public corpus, "gh-orioledb-394-oom/dmesg.txt"; ask `hasPublicCorpus` first. */
export function readPublicCapture(path: string): string {
  return readFileSync(publicCorpusPath(path), "utf8");
}

function publicCorpusPath(path: string): string {
  return fileURLToPath(new URL(`../../../../shared/corpus/open/${path}`, import.meta.url));
}
