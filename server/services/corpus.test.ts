import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Status } from "../core/report";
import { analyzeFiles, finalSnapshots } from "./analyze-files";

/** Public captures with labels stand beside the checkout, where they stand at all. */
const CORPUS = fileURLToPath(new URL("../../../shared/corpus/", import.meta.url));
const hasCorpus = existsSync(`${CORPUS}labels.json`);
const ALARM: readonly Status[] = ["suspect", "held", "leaking"];

interface Label {
  readonly inputs: readonly string[];
  readonly healthy: boolean;
  readonly closes: boolean | null;
  readonly perInput?: Readonly<Record<string, Partial<Label>>>;
}

function readLabels(): readonly (readonly [name: string, path: string, label: Label])[] {
  if (!hasCorpus) return [];
  const labels: Readonly<Record<string, Label>> = JSON.parse(
    readFileSync(`${CORPUS}labels.json`, "utf8"),
  );
  return Object.entries(labels).flatMap(([name, label]) =>
    label.inputs.map((input) => {
      const own = { ...label, ...label.perInput?.[input] };
      return [`${name} ${input}`, `${CORPUS}${name}/${input}`, own] as const;
    }),
  );
}

describe.skipIf(!hasCorpus)("every public capture", () => {
  it.each(readLabels())(
    "%s is read, adds up, and no healthy one raises an alarm",
    async (_name, path, label) => {
      const { report } = await analyzeFiles([path]);
      expect(report.snapshots.length + report.errors.length).toBeGreaterThan(0);
      for (const { composition } of report.snapshots) {
        const sum = composition?.buckets.reduce((total, bucket) => total + bucket.bytes, 0);
        expect(sum).toBe(composition?.memTotal);
      }
      for (const { verdict, composition } of finalSnapshots(report)) {
        if (label.healthy) expect(ALARM).not.toContain(verdict.status);
        if (label.closes !== null && composition) expect(composition.closes).toBe(label.closes);
      }
    },
  );
});

it.skipIf(hasCorpus)("public captures: skipped, they are not beside this checkout", () => {
  expect(hasCorpus).toBe(false);
});
