import type { InputError } from "../core/report";
import type { ReadInput, Snapshot } from "../core/snapshot";
import { buildSnapshots, type InputFacts } from "./build-snapshot";
import { attachClusterFacts } from "./cluster-facts";
import { INGEST_ERROR_CODES, IngestError } from "./ingest-error";
import type { RawText } from "./intake";
import { classify } from "./layouts/classify";
import { groupByRoot } from "./layouts/group-roots";
import { linkMoments } from "./link-moments";

export interface TextsInput {
  /** Name of the input as the user gave it. */
  readonly name: string;
  readonly sha256: string;
  /** Texts by their names in the input: `texts` of the snapshots that were read from it. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Reads again what was read before: the texts of an input's snapshots give the same snapshots in the
 * same order. Throws IngestError "nothing-recognised" when no text says anything.
 */
export function readTexts({ name, sha256, texts }: TextsInput): ReadInput {
  const raw = [...texts].map(([file, text]) => ({ name: file, text }));
  return assemble({ texts: raw, input: { inputName: name, sha256 }, notes: [], errors: [] });
}

export interface Assembly {
  readonly texts: readonly RawText[];
  readonly input: InputFacts;
  readonly notes: readonly { readonly file: string; readonly error: string }[];
  readonly errors: readonly InputError[];
  /** The folders of a cluster's dump were in it. */
  readonly isMustGather?: boolean;
}

/** Named texts → snapshots, oldest first. */
export function assemble(assembly: Assembly): ReadInput {
  const { known, later, passedOver } = classify([...assembly.texts].sort(byName));
  const { groups, inner } = groupByRoot(known);
  const looks = groups.map((group) => buildSnapshots(group, assembly.input));
  const notes = [
    ...assembly.notes,
    ...passedOver,
    ...later.map(({ file, label }) => ({ file, error: cannotYet(label) })),
    ...inner.map((file) => ({
      file,
      error: "inside another machine's tree; not read as a machine",
    })),
  ];
  const snapshots = linkMoments(
    attachClusterFacts(looks.filter((look) => look.some(saysAnything))),
  );
  if (snapshots.length === 0) throw nothingRecognised(assembly, later);
  return { snapshots: snapshots.map((one) => withNotes(one, notes)), errors: assembly.errors };
}

function cannotYet(label: string): string {
  return `recognised as ${label}, which this version cannot read yet`;
}

function byName(a: RawText, b: RawText): number {
  return NATURAL.compare(a.name, b.name) || (a.name < b.name ? -1 : Number(a.name > b.name));
}
const NATURAL = new Intl.Collator("en", { numeric: true });

function withNotes(snapshot: Snapshot, notes: Assembly["notes"]): Snapshot {
  return notes.length === 0
    ? snapshot
    : { ...snapshot, unreadable: [...snapshot.unreadable, ...notes] };
}

/** At least one file was read that is more than a name or a date. */
function saysAnything(snapshot: Snapshot): boolean {
  return (
    snapshot.files.length > 0 &&
    [...snapshot.files].some(({ format }) => !BARE_FACTS.has(format.split(",", 1)[0] ?? ""))
  );
}
const BARE_FACTS = new Set([
  "hostname",
  "uname",
  "osrelease",
  "proc-version",
  "uptime",
  "os-release",
  "date",
  "cpuinfo",
  "smaps",
  "getconf",
  "meta",
  "collector-missing",
  "small-file",
]);

function nothingRecognised(
  { input, errors, isMustGather }: Assembly,
  later: readonly { readonly label: string }[],
): IngestError {
  const label = later[0]?.label;
  if (label !== undefined) {
    return new IngestError("unsupported", `${input.inputName}: ${cannotYet(label)}`);
  }
  if (isMustGather) {
    const why = `${input.inputName}: a must-gather without its nodes and without kernel logs; collect a sosreport of the node (oc debug node/NAME) and upload that`;
    return new IngestError("nothing-recognised", why);
  }
  const [error] = errors;
  const code = INGEST_ERROR_CODES.find((known) => known === error?.code);
  if (error && code) return new IngestError(code, error.message);
  return new IngestError(
    "nothing-recognised",
    `${input.inputName}: no file in it is one that we know, such as meminfo, slabinfo, ss or dmesg`,
  );
}
