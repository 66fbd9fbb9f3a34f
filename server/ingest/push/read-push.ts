import { makeSample } from "../../core/series/make-sample";
import type { Sample } from "../../core/series/sample";
import type { Snapshot } from "../../core/snapshot";
import { buildSnapshots } from "../build-snapshot";
import type { Format } from "../formats/format";
import { formatByName } from "../formats/registry";
import type { Classified } from "../layouts/classify";
import { headOf, recognise } from "../recognise";
import { lackSentences } from "./lack-sentences";
import { type Push, PushError } from "./parse-push";

/**
 * The files that every push carries. The ledger of a sample is made of these alone, so that its buckets
 * do not jump between pushes of the two sets.
 */
const ESSENTIAL = new Set([
  "meminfo",
  "zoneinfo",
  "vmstat",
  "sockstat",
  "sockstat6",
  "pressure",
  "uptime",
  "hostname",
  "osrelease",
  "getconf",
]);

/**
 * What one push says, at `atMs` by the server's clock.
 *
 * @throws PushError when nothing in it gives MemTotal
 */
export function readPush(push: Push, atMs: number): Sample {
  const files = classified(push.texts);
  const essential = snapshotOf(
    push,
    files.filter(({ format }) => ESSENTIAL.has(format.id)),
  );
  const isHeavy = push.set === "heavy" && files.length > 0;
  const sample = makeSample(
    {
      node: push.node,
      bootId: push.bootId,
      atMs,
      takenAtMs: push.takenAtMs,
      lacks: lackSentences(push.lacks, essential),
      labels: push.labels,
    },
    { essential, ...(isHeavy && { heavy: snapshotOf(push, files) }) },
  );
  if (!sample) throw new PushError("it holds no /proc/meminfo with a MemTotal");
  const { hostname, kernel } = push;
  return {
    ...sample,
    ...(hostname !== undefined && { hostname }),
    ...(kernel !== undefined && { kernel }),
  };
}

/** The texts of a kept push as the snapshot that the rules judge; undefined when they say nothing. */
export function snapshotOfTexts(
  texts: ReadonlyMap<string, string>,
  { node, atMs }: { readonly node: string; readonly atMs: number },
): Snapshot | undefined {
  const files = classified(texts);
  if (files.length === 0) return undefined;
  const snapshot = snapshotOf({ node }, files);
  const takenAt = new Date(atMs).toISOString();
  return { ...snapshot, node: { hostname: node, ...snapshot.node, takenAt } };
}

/** The kernel's own files show what they are at once; the whole head is looked at only where they do not. */
const FIRST_LINES = 400;
const BARE_NUMBERS = /^[\d\s./]{0,100}$/;

/**
 * What each text is. The agent names its files as the kernel does, so the name tells and the content confirms;
 * where it does not, the content alone decides. A name of no format is not looked into.
 */
function classified(texts: ReadonlyMap<string, string>): Classified[] {
  const files: Classified[] = [];
  for (const [path, text] of texts) {
    const named = formatByName(path);
    const format = named && confirmed(named, path, text);
    if (format)
      files.push({ root: "", format, file: { name: path, path, text }, isAnchored: true });
  }
  return files;
}

function confirmed(named: Format, path: string, text: string): Format | undefined {
  if (!named.looksLike || named.looksLike(text.slice(0, FIRST_LINES))) return named;
  // A line of bare numbers (/proc/uptime) or nothing at all has no shape.
  if (named.looksLike(headOf(text)) || BARE_NUMBERS.test(text)) return named;
  const found = recognise(path, text);
  return found.is === "format" ? found.format : undefined;
}

function snapshotOf(push: Pick<Push, "node">, files: readonly Classified[]): Snapshot {
  const input = { inputName: `push of ${push.node}`, sha256: "" };
  const [snapshot] = buildSnapshots({ root: "", files: [...files] }, input);
  if (!snapshot) throw new PushError("nothing in it can be read");
  return snapshot;
}
