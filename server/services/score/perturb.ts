import type { Snapshot } from "../../core/snapshot";

/** The texts of an input after one change that real collections show too. */
export interface Perturbed {
  /** What was done: "without slabinfo", "all amounts × 4". */
  readonly how: string;
  /** A paste is one text; else every file by its name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly isPaste?: boolean;
}

type Change = (text: string, file: string) => string;
interface Input {
  readonly texts: ReadonlyMap<string, string>;
  /** File → the format it was read as. */
  readonly formats: ReadonlyMap<string, string>;
  readonly node: Snapshot["node"];
}

/**
 * What may differ between two collections of the same state of a node: tools that were not there, files that
 * were cut, another host name, kernel or size of machine, everything pasted into one text. None of it may turn a
 * healthy node into an alarm, nor move the blame to another bucket.
 */
export function perturb(snapshots: readonly Snapshot[]): readonly Perturbed[] {
  const last = snapshots.at(-1);
  if (!last) return [];
  const input: Input = {
    texts: new Map(snapshots.flatMap(({ texts }) => [...texts])),
    formats: new Map(
      snapshots.flatMap(({ files }) => files.map(({ file, format }) => [file, format] as const)),
    ),
    node: last.node,
  };
  return [
    ...withoutEach(input),
    ...onlyTotals(input),
    ...cutTotals(input),
    ...scaled(input),
    ...renamed(input),
    ...windowsLines(input),
    ...pasted(input),
  ];
}

function withoutEach({ texts, formats }: Input): readonly Perturbed[] {
  const ids = [...new Set(formats.values())];
  if (ids.length < 2) return [];
  return ids.map((id) => ({
    how: `without ${id}`,
    texts: new Map([...texts].filter(([file]) => formats.get(file) !== id)),
  }));
}

function onlyTotals({ texts, formats }: Input): readonly Perturbed[] {
  const kept = [...texts].filter(([file]) => formats.get(file) === "meminfo");
  return kept.length > 0 && kept.length < texts.size
    ? [{ how: "meminfo alone", texts: new Map(kept) }]
    : [];
}

const PARTS = [0.25, 0.5, 0.75, 0.9];

function cutTotals(input: Input): readonly Perturbed[] {
  return PARTS.flatMap((part) =>
    changed(input, `meminfo cut to ${part * 100} %`, (text, file) => {
      if (input.formats.get(file) !== "meminfo") return text;
      const lines = text.split("\n");
      return lines.slice(0, Math.ceil(lines.length * part)).join("\n");
    }),
  );
}

/** Not by four: sizes that are all multiples of 16 kB are those of a kernel with larger pages. */
function scaled(input: Input): readonly Perturbed[] {
  return [0.5, 3].flatMap((factor) =>
    changed(input, `all amounts × ${factor}`, (text, file) =>
      scale(text, factor, input.formats.get(file)),
    ),
  );
}

/** Numbers of pages, objects and kB; sizes of one page, one object and addresses stay. */
const AMOUNTS: Readonly<Record<string, RegExp>> = {
  meminfo: /(?<!Hugepagesize:\s*)\b\d+(?= kB)|(?<=HugePages_\w+:\s*)\d+/g,
  "meminfo-again": /(?<!Hugepagesize:\s*)\b\d+(?= kB)|(?<=HugePages_\w+:\s*)\d+/g,
  "numa-meminfo": /\b\d+(?= kB)|(?<=HugePages_\w+:\s*)\d+/g,
  vmstat: /(?<=^nr_\w+ )\d+/gm,
  zoneinfo:
    /(?<=^\s+(?:pages free|boost|min|low|high|spanned|present|managed|cma|nr_\w+|count:)\s+)\d+/gm,
  buddyinfo: /(?<=zone\s+\w+\s.*)\b\d+/g,
  slabinfo: /(?<=^\S+\s+)\d+|(?<=^\S+\s+\d+\s+)\d+|(?<=slabdata\s+(?:\d+\s+)?)\d+/gm,
  sockstat: /(?<=\b(?:inuse|alloc|mem|memory|tw|orphan) )\d+/g,
};

function scale(text: string, factor: number, format = ""): string {
  const amounts = AMOUNTS[format];
  return amounts
    ? text.replace(amounts, (digits) => String(Math.round(Number(digits) * factor)))
    : text;
}

const KERNELS = ["4.18.0-553.el8.x86_64", "6.12.9"];
const HOST = "renamed-17";

function renamed(input: Input): readonly Perturbed[] {
  const { hostname, kernel } = input.node;
  const swap = (from: string, to: string) =>
    changed(input, `${from} is called ${to}`, (text) => text.replaceAll(from, to));
  return [
    ...(hostname && hostname.length > 3 ? swap(hostname, HOST) : []),
    ...(kernel ? KERNELS.flatMap((other) => swap(kernel, other)) : []),
  ].map((each) => ({
    ...each,
    how: each.how.endsWith(HOST) ? "another host name" : "another kernel",
  }));
}

function windowsLines(input: Input): readonly Perturbed[] {
  return changed(input, "CRLF", (text) => text.replaceAll(/\r?\n/g, "\r\n"));
}

function pasted({ texts, formats }: Input): readonly Perturbed[] {
  // Nobody pastes the same file twice for one look: that would be a second moment.
  const single = [...texts].filter(([file]) => formats.get(file) !== "meminfo-again");
  const paste = single.map(([file, text]) => `$ cat /${file}\n${text}\n`).join("\n");
  return texts.size > 1
    ? [{ how: "pasted", texts: new Map([["paste.txt", paste]]), isPaste: true }]
    : [];
}

function changed({ texts }: Input, how: string, change: Change): readonly Perturbed[] {
  const after = new Map([...texts].map(([file, text]) => [file, change(text, file)]));
  return [...after].some(([file, text]) => texts.get(file) !== text) ? [{ how, texts: after }] : [];
}
