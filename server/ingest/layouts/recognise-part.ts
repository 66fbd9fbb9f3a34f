import type { Format } from "../formats/format";
import { formatByName } from "../formats/registry";
import { type Recognised, recognise } from "../recognise";
import type { Fragment } from "./split-fragments";

/** A single value or two: what a file without a shape of its own holds. */
const FEW_LINES = 3;

type RecognisedPart =
  | Exclude<Recognised, { is: "format" }>
  | {
      readonly is: "format";
      readonly format: Format;
      readonly path: string;
      readonly text: string;
    };

/**
 * What a part of a paste is: by its shape, with the name above it to decide between two; a file that has
 * no shape ("cat /proc/sys/net/ipv4/tcp_mem") by its name alone, when little stands below.
 */
export function recognisePart(part: Fragment): RecognisedPart {
  const named = part.path === undefined ? undefined : formatByName(part.path);
  const text = part.label === undefined ? part.text : withoutFirstLine(part.text);
  if (!named || part.path === undefined) return asPart(recognise("", part.text), part.text);
  if (named.looksLike) {
    const found = recognise(part.path, part.text);
    // A name that the content belies: the tool's complaint stands there, or prose.
    return found.is === "format" && found.format === named
      ? { ...found, path: part.path, text: part.text }
      : asPart(found, part.text);
  }
  const block = firstBlock(text);
  const isShort = block.trim().split("\n").length <= FEW_LINES;
  if (isShort && block.trim() !== "") {
    return { is: "format", format: named, path: part.path, text: block };
  }
  return asPart(recognise("", part.text), part.text);
}

function asPart(found: Recognised, text: string): RecognisedPart {
  return found.is === "format" ? { ...found, path: found.format.id, text } : found;
}

/** The part without the line that names it, which stays as an empty line. */
function withoutFirstLine(text: string): string {
  const from = text.search(/[^\n]/);
  const end = text.indexOf("\n", Math.max(0, from));
  return end < 0 ? "" : `${text.slice(0, Math.max(0, from))}${text.slice(end)}`;
}

/** Up to the first empty line behind something. */
function firstBlock(text: string): string {
  const from = text.search(/\S/);
  const gap = from < 0 ? -1 : text.slice(from).search(/\n[ \t\r]*\n/);
  return gap < 0 ? text : text.slice(0, from + gap + 1);
}
