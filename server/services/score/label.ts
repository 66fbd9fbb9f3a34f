import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { BUCKETS, STATUSES } from "../../core/report";

const expectation = z.object({
  /** Any of these verdicts is right. */
  status: z.array(z.enum(STATUSES)).min(1),
  /** Any of these buckets is right; null: none is blamed. Empty: not asked. */
  bucket: z.array(z.enum(BUCKETS).nullable()),
  /** Ids of rules, any of which is right. Empty: not asked. */
  causes: z.array(z.string()),
  /** Suspect, held or leaking would be a false alarm. */
  healthy: z.boolean(),
  /** Whether the ledger closes; null: there is no meminfo to close. */
  closes: z.boolean().nullable(),
  /** The data cannot decide the cause: status and bucket only. */
  hard: z.boolean(),
  /** What the top holder must say, field by field. */
  holder: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  why: z.string().optional(),
});

const labelSchema = expectation.extend({
  /** Paths inside the case folder, each handed to the reader by itself; "." is the folder. */
  inputs: z.array(z.string().min(1)).min(1),
  /** What another moment or half of the case is expected to say instead. */
  perInput: z.record(z.string(), expectation.partial()).optional(),
  /** A sample of a format, not a node: it must be read, nothing else is asked. */
  parseOnly: z.boolean().optional(),
});

export type Expectation = z.infer<typeof expectation>;
type Label = z.infer<typeof labelSchema>;

/** One input of one case, and what must be said of it. */
export interface ScoredInput {
  readonly caseName: string;
  readonly input: string;
  readonly path: string;
  readonly expected: Expectation;
}

/**
 * The inputs of a corpus folder that have an expected verdict, by case. A case is a folder; its label is
 * `expected.json` inside it, or its entry in the `labels.json` that lies in the corpus folder or beside it
 * (keys: the case's folder, or "<corpus folder>/<case folder>"). Throws ZodError for a label of another shape.
 */
export function readLabels(folder: string): readonly ScoredInput[] {
  const root = resolve(folder);
  const common = readCommonLabels(root);
  return caseFolders(root).flatMap((name) => {
    const label = ownLabel(join(root, name)) ?? common.get(name);
    return label ? inputsOf(root, name, label) : [];
  });
}

function caseFolders(root: string): readonly string[] {
  return readdirSync(root, { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort();
}

function ownLabel(folder: string): Label | undefined {
  const file = join(folder, "expected.json");
  return existsSync(file) ? labelSchema.parse(readJson(file)) : undefined;
}

function readCommonLabels(root: string): ReadonlyMap<string, Label> {
  const file = [root, dirname(root)]
    .map((folder) => join(folder, "labels.json"))
    .find((each) => existsSync(each));
  if (!file) return new Map();
  const own = `${basename(root)}/`;
  const labels = z.record(z.string(), labelSchema).parse(readJson(file));
  return new Map(
    Object.entries(labels).map(([key, label]) => [
      key.startsWith(own) ? key.slice(own.length) : key,
      label,
    ]),
  );
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

function inputsOf(root: string, caseName: string, label: Label): readonly ScoredInput[] {
  const { inputs, perInput, parseOnly, ...expected } = label;
  return inputs.map((input) => ({
    caseName,
    input,
    path: join(root, caseName, input),
    expected: expectation.parse({
      ...expected,
      ...perInput?.[input],
      ...(parseOnly ? { bucket: [], causes: [] } : {}),
    }),
  }));
}
