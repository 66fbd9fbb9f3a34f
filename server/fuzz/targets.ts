import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { ParseError } from "../core/parse/parsed";
import type { ReadInput } from "../core/snapshot";
import { IngestError } from "../ingest/ingest-error";
import { PushError, parsePush } from "../ingest/push/parse-push";
import { ESSENTIAL_FILES, HEAVY_FILES, headerOf, pushText } from "../ingest/push/push.test-support";
import { readPush } from "../ingest/push/read-push";
import { unpackMembers } from "../ingest/push/unpack-members";
import { readInputFile, readInputText } from "../ingest/read-input";
import { lostLines, textAndSpoilt } from "./good-lines";
import { brokenPromises } from "./invariants";
import { ledgerText } from "./ledger-text";
import { damagedBytes, mangledText, pastedText } from "./mutations";
import type { SeededParser } from "./own-seeds";
import type { TextParser } from "./parsers";
import type { Seeds } from "./seeds";

/** One thing that is tried with any input: an arbitrary input, and what must hold for it. */
export interface FuzzTarget {
  readonly name: string;
  readonly property: fc.IAsyncProperty<[unknown]>;
}

/** An input that takes longer than this hangs; the slowest honest one takes some 100 ms. */
const HANG_MS = 20_000;

/**
 * Every target: each parser alone, pastes, archives and ledgers of any numbers. A property fails when
 * something else than the declared error is thrown, an input hangs, a good line is lost beside a bad one, or a
 * report breaks a promise.
 */
export function fuzzTargets(parsers: readonly SeededParser[], seeds: Seeds): readonly FuzzTarget[] {
  return [
    ...parsers.map(damagedTarget),
    ...parsers.map(goodLinesTarget),
    readTarget("pasted text", pastedText(seeds.texts.map(({ text }) => text))),
    readTarget("ledger of any numbers", ledgerText),
    archiveTarget(seeds.archives.map(({ bytes }) => bytes)),
    pushTarget(["essential", "heavy"].map(pushOf)),
  ];
}

function damagedTarget({ name, parse, seeds }: SeededParser): FuzzTarget {
  const property = fc.asyncProperty(mangledText(seeds), async (text) => {
    guardTime(() => parseOnly(parse, text));
  });
  return { name, property };
}

function goodLinesTarget({ name, parse, seeds }: SeededParser): FuzzTarget {
  const property = fc.asyncProperty(textAndSpoilt(seeds), async (texts) => {
    const lost = lostLines(parse, texts);
    if (lost.length > 0) throw new Error(lost.slice(0, 5).join("\n"));
  });
  return { name: `${name}, bad lines between`, property };
}

function parseOnly(parse: TextParser["parse"], text: string): void {
  try {
    expectFinite(parse(text));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
}

function expectFinite(value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`a number is ${value}`);
  if (typeof value !== "object" || value === null) return;
  const items = value instanceof Map ? value.values() : Object.values(value);
  for (const item of items) expectFinite(item);
}

function guardTime(run: () => void): void {
  const started = performance.now();
  run();
  expectInTime(started);
}

function expectInTime(started: number): void {
  const took = performance.now() - started;
  if (took > HANG_MS) throw new Error(`took ${Math.round(took)} ms`);
}

function readTarget(name: string, text: fc.Arbitrary<string>): FuzzTarget {
  const property = fc.asyncProperty(text, async (pasted) => {
    const started = performance.now();
    expectPromises(await readOrRefuse(() => readInputText("paste.txt", pasted)));
    expectInTime(started);
  });
  return { name, property };
}

function archiveTarget(archives: readonly Buffer[]): FuzzTarget {
  const property = fc.asyncProperty(damagedBytes(archives), async (bytes) => {
    const started = performance.now();
    const folder = mkdtempSync(join(tmpdir(), "memledger-fuzz-"));
    try {
      const file = join(folder, "input");
      writeFileSync(file, bytes);
      expectPromises(await readOrRefuse(() => readInputFile(file)));
    } finally {
      rmSync(folder, { recursive: true });
    }
    expectInTime(started);
  });
  return { name: "damaged archive", property };
}

/** Pushes of an agent, damaged on the way and written by somebody else: read, or refused in one sentence. */
function pushTarget(texts: readonly string[]): FuzzTarget {
  const body = Buffer.concat(texts.map((text) => gzipSync(text)));
  const property = fc.asyncProperty(
    fc.tuple(damagedBytes([body]), mangledText(texts)),
    async ([bytes, text]) => {
      const started = performance.now();
      for (const member of unpackMembers(bytes))
        if ("bytes" in member) expectFinite(readOrRefusePush(member.bytes.toString("utf8")));
      expectFinite(readOrRefusePush(text));
      expectInTime(started);
    },
  );
  return { name: "damaged push", property };
}

function readOrRefusePush(text: string): unknown {
  try {
    return readPush(parsePush(text), 0);
  } catch (error) {
    if (!(error instanceof PushError)) throw error;
    return undefined;
  }
}

function pushOf(set: string): string {
  return pushText({
    header: [...headerOf("web-1", 1_764_070_000, set), "label: a=b", "lacks: ss absent"],
    files: set === "heavy" ? HEAVY_FILES : ESSENTIAL_FILES,
  });
}

/** Refusing is an answer, with the one error that says so. */
async function readOrRefuse(read: () => Promise<ReadInput>): Promise<ReadInput> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { snapshots: [], errors: [] };
  }
}

function expectPromises({ snapshots }: ReadInput): void {
  const broken = snapshots.flatMap(brokenPromises);
  if (broken.length > 0) throw new Error(broken.slice(0, 5).join("\n"));
}
