import { parseKubernetesNodes } from "../../core/parse/kubernetes-node";
import type { Format, TextFile } from "../formats/format";
import { formatByName, wantedPart } from "../formats/registry";
import type { RawText } from "../intake";
import { headOf, recognise } from "../recognise";
import { machineRoot, pathInMachine } from "./machine-root";
import { isOswatcher, type SeriesPart, seriesParts } from "./oswatcher";
import { recognisePart } from "./recognise-part";
import { type Fragment, splitFragments } from "./split-fragments";
import { type Instance, splitInstances } from "./split-instances";
import { cutSections, isSupportconfig } from "./supportconfig";

/** A text with what it is and the root of the machine it belongs to. */
export interface Classified {
  /** "" or ending in "/". */
  readonly root: string;
  readonly format: Format;
  readonly file: TextFile;
  /** Lies in a folder of a system or a report, not loose. */
  readonly isAnchored: boolean;
  /** What packed the file into a text with others, when that names the collector. */
  readonly envelope?: "supportconfig";
}

export interface Classification {
  readonly known: readonly Classified[];
  /** Recognised, but not readable by this version. */
  readonly later: readonly { readonly file: string; readonly label: string }[];
  /** Outputs in a paste that are none of ours. */
  readonly passedOver: readonly { readonly file: string; readonly error: string }[];
}

type Sorted = { [K in keyof Classification]: Classification[K][number][] };

/** Cheap first look: only dumps of metrics are searched for several machines. */
const METRICS = /^(?:# (?:HELP|TYPE|UNIT) |[a-z]\w*\{[^\n]*\binstance=")/m;
const SPLIT_LIMIT = 32 * 1024 * 1024;

/** Says of every text what it is; envelopes are unpacked, loose texts of several tables are cut apart. */
export function classify(texts: readonly RawText[]): Classification {
  const sorted: Sorted = { known: [], later: [], passedOver: [] };
  const series = new Set(texts.filter((raw) => isOswatcher(raw.name, () => headOf(raw.text))));
  sorted.known.push(...seriesParts([...series]).flatMap(classifyMoment));
  for (const raw of texts) {
    if (series.has(raw)) continue;
    const head = headOf(raw.text);
    const machines = METRICS.test(head) ? splitInstances(raw.text) : [];
    if (isSupportconfig(head)) sorted.known.push(...unpack(raw));
    else if (machines.length > 0) sorted.known.push(...unpackMetrics(raw, machines));
    else classifyPlain(raw, sorted);
  }
  return sorted;
}

/** One tool's output at one moment, with the moment's date and the name in the file's name. */
function classifyMoment(part: SeriesPart): readonly Classified[] {
  const { raw, root, text, wholeText, hostname } = part;
  const found = recognise("", text);
  if (found.is !== "format") return [];
  const of = (path: string, own: string): Classified[] => {
    const format = formatByName(path);
    return format
      ? [{ root, format, file: { ...raw, path, text: own, wholeText }, isAnchored: false }]
      : [];
  };
  const date = text.slice(0, text.indexOf("\n", text.search(/\S/)));
  return [
    {
      root,
      format: found.format,
      file: { ...raw, path: found.format.id, text, wholeText },
      isAnchored: false,
    },
    ...of("date", date),
    ...(hostname === undefined ? [] : of("hostname", hostname)),
  ];
}

/** Each machine of a dump of metrics as one of its own. */
function unpackMetrics(raw: RawText, machines: readonly Instance[]): readonly Classified[] {
  return machines.flatMap(({ machine, text }) => {
    const root = `${raw.name}#${machine.replaceAll("/", "_")}/`;
    const found = recognise("metrics", text);
    if (found.is !== "format") return [];
    const file = { ...raw, path: "metrics", text, wholeText: raw.text };
    return [{ root, format: found.format, file, isAnchored: false }];
  });
}

function classifyPlain(raw: RawText, into: Sorted): void {
  const { root, isAnchored } = machineRoot(raw.name);
  const path = pathInMachine(raw.name, root);
  const { fragments, leftOut } = isAnchored || isShapeless(path) ? WHOLE : partsOf(raw.text);
  if (fragments.length > 1) {
    into.known.push(...classifyParts(raw, fragments, into));
    if (leftOut > 0) into.passedOver.push({ file: raw.name, error: tooMany(leftOut) });
    return;
  }
  const found = recognise(path, raw.text);
  if (found.is === "later") into.later.push({ file: raw.name, label: found.label });
  if (found.is !== "format") return;
  const whole = { root, format: found.format, file: { ...raw, path }, isAnchored };
  into.known.push(...(found.format.id === "kubernetes-node" ? perNode(whole) : [whole]));
}

/** A list of a cluster's nodes is one machine each. */
function perNode(whole: Classified): readonly Classified[] {
  const names = nodeNames(whole.file.text);
  if (names.length < 2) return [whole];
  return names.map((name) => ({
    ...whole,
    root: `${whole.file.name}#${name}/`,
    file: { ...whole.file, path: `nodes/${name}.yaml` },
  }));
}

function nodeNames(text: string): readonly string[] {
  try {
    return parseKubernetesNodes(text).value.map(({ name }) => name.replaceAll("/", "_"));
  } catch {
    return [];
  }
}

/** The parts of a paste, with what it says once of the machine told to each of its moments. */
function classifyParts(
  raw: RawText,
  parts: readonly Fragment[],
  into: Sorted,
): readonly Classified[] {
  const root = raw.name.slice(0, raw.name.lastIndexOf("/") + 1);
  const known = parts.flatMap((part): Classified[] => {
    const found = recognisePart(part);
    if (found.is === "later") into.later.push({ file: raw.name, label: found.label });
    if (found.is === "unknown") passOver(raw, part, into);
    if (found.is !== "format") return [];
    const file = { ...raw, path: found.path, text: found.text, wholeText: raw.text };
    const partRoot = momentRoot(root, raw.name, part.moment);
    return [{ root: partRoot, format: found.format, file, isAnchored: false }];
  });
  return [...known, ...sharedFacts(known, root)];
}

const SHARED_FACTS = new Set(["hostname", "uname", "osrelease", "proc-version", "os-release"]);

function sharedFacts(known: readonly Classified[], root: string): readonly Classified[] {
  const facts = known.filter((one) => one.root === root && SHARED_FACTS.has(one.format.id));
  const laterRoots = new Set(known.map((one) => one.root).filter((other) => other !== root));
  return [...laterRoots].flatMap((later) =>
    facts
      .filter((fact) => !known.some((one) => one.root === later && one.format === fact.format))
      .map((fact) => ({ ...fact, root: later })),
  );
}

const MOST_PASSED_OVER = 50;

/** Only what someone put a command or a name above: prose between tables is nobody's loss. */
function passOver(raw: RawText, part: Fragment, { passedOver }: Sorted): void {
  const body = part.text.trim();
  if (part.label === undefined || !body.includes("\n") || passedOver.length >= MOST_PASSED_OVER) {
    return;
  }
  const [first, last] = part.lines;
  const what = part.label.slice(0, 80);
  passedOver.push({
    file: raw.name,
    error: `lines ${first} to ${last} ("${what}"): no output that is known; passed over`,
  });
}

/** The sections of a supportconfig member as files of the machine whose folder it lies in. */
function unpack(raw: RawText): readonly Classified[] {
  const root = raw.name.slice(0, raw.name.lastIndexOf("/") + 1);
  const isWanted = (path: string): boolean => wantedPart(path) !== undefined;
  return cutSections(raw.text, raw.name.slice(root.length), isWanted).flatMap(({ path, text }) => {
    const found = recognise(path, text);
    if (found.is !== "format") return [];
    const file = { ...raw, path, text, wholeText: raw.text };
    return [{ root, format: found.format, file, isAnchored: true, envelope: "supportconfig" }];
  });
}

function momentRoot(root: string, name: string, moment: number): string {
  return moment === 0 ? root : `${name}#${moment + 1}/`;
}

/** A list of names or values, which only its own name can tell: its lines are no headings. */
function isShapeless(path: string): boolean {
  const named = formatByName(path);
  return named !== undefined && named.looksLike === undefined;
}

const WHOLE = { fragments: [], leftOut: 0 } as const;

function partsOf(text: string): ReturnType<typeof splitFragments> {
  return text.length > SPLIT_LIMIT ? WHOLE : splitFragments(text);
}

function tooMany(parts: number): string {
  return `more moments or parts than are read: ${parts} parts in between were left out`;
}
