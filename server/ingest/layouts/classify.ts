import type { Format, TextFile } from "../formats/format";
import { wantedPart } from "../formats/registry";
import type { RawText } from "../intake";
import { headOf, recognise } from "../recognise";
import { splitFragments } from "./split-fragments";
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
}

/** The first of these folders in a path hangs on the root of the machine. */
const ANCHOR =
  /(?:^|\/)(?:proc|sys|sos_commands|sos_strings|insights_commands|netns|t1|t2|etc|var|usr)\//;
const SPLIT_LIMIT = 32 * 1024 * 1024;

function rootOf(name: string): { readonly root: string; readonly isAnchored: boolean } {
  const anchor = ANCHOR.exec(name);
  if (!anchor) return { root: name.slice(0, name.lastIndexOf("/") + 1), isAnchored: false };
  const isFirst = anchor.index === 0 && !name.startsWith("/");
  return { root: name.slice(0, isFirst ? 0 : anchor.index + 1), isAnchored: true };
}

/** Says of every text what it is; envelopes are unpacked, loose texts of several tables are cut apart. */
export function classify(texts: readonly RawText[]): Classification {
  const known: Classified[] = [];
  const later: { file: string; label: string }[] = [];
  for (const raw of texts) {
    if (isSupportconfig(headOf(raw.text))) known.push(...unpack(raw));
    else classifyPlain(raw, { known, later });
  }
  return { known, later };
}

function classifyPlain(
  raw: RawText,
  into: { readonly known: Classified[]; readonly later: { file: string; label: string }[] },
): void {
  const { root, isAnchored } = rootOf(raw.name);
  const path = raw.name.slice(root.length);
  for (const part of partsOf(raw, isAnchored)) {
    const found = recognise(path, part.text);
    if (found.is === "later") into.later.push({ file: raw.name, label: found.label });
    if (found.is !== "format") continue;
    const file = part.isWhole ? { ...raw, path } : asFragment(raw, part.text, found.format.id);
    const partRoot = momentRoot(root, raw.name, part.moment);
    into.known.push({ root: partRoot, format: found.format, file, isAnchored });
  }
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

function asFragment(raw: RawText, text: string, path: string): TextFile {
  return { ...raw, path, text, wholeText: raw.text };
}

function momentRoot(root: string, name: string, moment: number): string {
  return moment === 0 ? root : `${name}#${moment + 1}/`;
}

function partsOf(raw: RawText, isAnchored: boolean) {
  const whole = [{ text: raw.text, moment: 0, isWhole: true }];
  if (isAnchored || raw.text.length > SPLIT_LIMIT) return whole;
  const parts = splitFragments(raw.text);
  if (parts.length < 2) return whole;
  return parts.map((part) => ({ ...part, isWhole: false }));
}
