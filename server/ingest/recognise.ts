import type { Format } from "./formats/format";
import { findLaterFormat } from "./formats/later-formats";
import { FORMATS, formatByName } from "./formats/registry";
import { plainLines } from "./layouts/paste-lines";
import { isSupportconfig } from "./layouts/supportconfig";

export type Recognised =
  | { readonly is: "format"; readonly format: Format }
  | { readonly is: "later"; readonly label: string }
  | { readonly is: "unknown" };

const HEAD_LENGTH = 8192;
/**
 * What a text is. The content decides; the name breaks ties and speaks for files that
 * have no shape of their own (a single number), and only where nothing else fits.
 */
export function recognise(path: string, text: string): Recognised {
  const head = headOf(text);
  const named = formatByName(path);
  const shown = shownBy(head);
  if (named && (!named.looksLike || shown.some(named.looksLike))) {
    return { is: "format", format: named };
  }
  for (const view of shown) {
    const later = findLaterFormat(view);
    if (later) return { is: "later", label: later.label };
    const shaped = findByContent(view);
    if (shaped) return { is: "format", format: shaped };
  }
  return named ? { is: "format", format: named } : { is: "unknown" };
}

/** A text that is one of ours or packs some: worth holding. */
export function isKnownText(path: string, text: string): boolean {
  return isSupportconfig(headOf(text)) || recognise(path, text).is !== "unknown";
}

/** The head as it stands, and without the indentation that code blocks of posts have. */
function shownBy(head: string): readonly string[] {
  const indent = /^[ \t]+(?=\S)/m.exec(head)?.[0].length ?? 0;
  if (indent === 0 || indent > MAX_INDENT) return [head];
  return [head, head.replace(new RegExp(`^[ \\t]{1,${indent}}`, "gm"), "")];
}
const MAX_INDENT = 64;

function findByContent(head: string): Format | undefined {
  if (head.trim() === "") return undefined;
  return FORMATS.find((format) => format.looksLike?.(head) === true);
}

/**
 * The start of a text, for the patterns to look at: without the empty lines that stand before a part of a
 * paste, and with long gaps closed, on which patterns would go back and forth.
 */
export function headOf(text: string): string {
  let from = text.startsWith("\uFEFF") ? 1 : 0;
  while (text.charCodeAt(from) === NEWLINE) from += 1;
  const start = text.slice(from, from + HEAD_LENGTH);
  return plainLines(start.replace(LONG_GAP, (gap) => (gap.includes("\n") ? "\n" : " ")));
}

const NEWLINE = 0x0a;
const LONG_GAP = /\s{64,}/g;
