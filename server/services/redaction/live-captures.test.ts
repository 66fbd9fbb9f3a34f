import { existsSync, readdirSync } from "node:fs";
import { isIPv4, isIPv6 } from "node:net";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { ProcessRow } from "../../core/parse/process";
import { reportSnapshot } from "../../core/report-snapshot";
import type { Snapshot } from "../../core/snapshot";
import { readInputFile } from "../../ingest/read-input";
import { isEveryonesAddress } from "./address";
import { redactReport } from "./redact-report";
import { REVEAL_NOTHING } from "./reveal";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));
const CORPUS = fileURLToPath(new URL("../../../../shared/corpus/open/", import.meta.url));

/** Archives in the folders of `parent` whose names begin like captures of our own. */
function archivesIn(parent: string): string[] {
  if (!existsSync(parent)) return [];
  const folders = readdirSync(parent).filter((name) => /^(?:live|example|guest)-/.test(name));
  return folders.flatMap((folder) => {
    const path = join(parent, folder);
    const names = existsSync(path) && !path.endsWith(".md") ? readdirSync(path) : [];
    return (
      names
        .filter((name) => /\.(?:tar\.gz|tgz|tar\.xz)$/.test(name))
        // A few files of /proc, without a name or an address: nothing to keep secret.
        .filter((name) => name !== "proc.tar.gz")
        .map((n) => join(path, n))
    );
  });
}

// Found in the raw text itself, on purpose by other means than the parsers use.
const ADDRESS =
  /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]+)(?![\w.:]*\w)/gi;
const USER_PATH = /(?<![\w.*-])\/(?:home|root|opt|srv|var|run|tmp|etc|usr|mnt|data)\/[\w./-]{3,}/g;

function secretsOf(snapshot: Snapshot): Set<string> {
  const { hostname } = snapshot.node;
  return new Set([
    ...(hostname === undefined ? [] : [hostname]),
    ...[...snapshot.texts.values()].flatMap((text) => matchesOf(USER_PATH, text)),
    ...[...snapshot.texts].flatMap(([file, text]) => addressesOf(file, text)),
    ...snapshot.processTables.flatMap(({ rows }) => rows.flatMap(commandOf)),
  ]);
}

function matchesOf(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].map(([found]) => found);
}

/** Elsewhere than in socket tables a pattern of addresses also finds versions and counters. */
function addressesOf(file: string, text: string): string[] {
  if (!/ss|netstat|net\/|lsof/.test(file)) return [];
  return matchesOf(ADDRESS, text).filter(
    (found) => (isIPv4(found) || isIPv6(found)) && !isEveryonesAddress(found),
  );
}

function commandOf({ cmdline, comm }: ProcessRow): string[] {
  return cmdline && cmdline !== comm && /[\s/]/.test(cmdline) ? [cmdline] : [];
}

/** As a word of its own: a host called "node" does not make "nodes" a secret. */
function says(text: string, secret: string): boolean {
  for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1))
    if (!/[\p{L}\p{N}]/u.test(`${text[at - 1] ?? ""}${text[at + secret.length] ?? ""}`))
      return true;
  return false;
}

function everyString(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.values(value).flatMap(everyString)
    : [];
}

async function expectNothingTold(path: string): Promise<void> {
  const { snapshots } = await readInputFile(path);
  const secrets = snapshots.map(secretsOf);
  expect(secrets.some(({ size }) => size > 0)).toBe(true);
  for (const [index, snapshot] of snapshots.entries()) {
    const shared = redactReport(reportSnapshot(snapshot), snapshot, REVEAL_NOTHING);
    const text = everyString(shared).join("\n");
    expect([...(secrets[index] ?? [])].filter((secret) => says(text, secret))).toEqual([]);
  }
}

const named = (paths: string[]) => paths.map((path) => [basename(path), path] as const);
const ours = named(archivesIn(FIXTURES));
const corpus = named(archivesIn(CORPUS));

describe("a shared report tells no name, address, command line or path", () => {
  it("and captures of our own are there to show it", () => {
    expect(ours.length).toBeGreaterThanOrEqual(3);
  });

  it.each(ours)("of %s", (_, path) => expectNothingTold(path));

  it.skipIf(corpus.length === 0).each(corpus)("of the corpus' %s", (_, path) =>
    expectNothingTold(path),
  );
});
