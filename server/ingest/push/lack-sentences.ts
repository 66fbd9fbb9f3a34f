import type { Snapshot } from "../../core/snapshot";
import { wouldShow } from "../missing-files";
import type { Push } from "./parse-push";

const REASONS: ReadonlyMap<string, string> = new Map([
  ["permission", "not permitted to read it"],
  ["absent", "not there"],
  ["timeout", "took too long to read"],
]);

/** Files without which a sample's numbers mean less, whether the agent said so or not. */
const NEEDED: readonly (readonly [string, (snapshot: Snapshot) => unknown])[] = [
  ["zoneinfo", ({ zoneinfo }) => zoneinfo],
  ["vmstat", ({ vmstat }) => vmstat],
  ["sockstat", ({ sockstat }) => sockstat],
];

/** One sentence for each file that a push lacks: why, and what it would have shown. */
export function lackSentences(lacks: Push["lacks"], essential: Snapshot): readonly string[] {
  const stated = lacks.map(({ file, reason }) => sentence(file, REASONS.get(reason) ?? reason));
  const silent = NEEDED.filter(
    ([name, read]) =>
      read(essential) === undefined && !lacks.some((lack) => isFile(lack.file, name)),
  ).map(([name]) => sentence(name, "not in the push"));
  return [...stated, ...silent];
}

function sentence(file: string, reason: string): string {
  const shows = wouldShow(file);
  return shows === undefined
    ? `${file}: ${reason}.`
    : `${file}: ${reason}. It would show ${shows}.`;
}

function isFile(file: string, name: string): boolean {
  return file === name || file.endsWith(`/${name}`);
}
