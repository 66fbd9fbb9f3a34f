import type { Format } from "./formats/format";
import { findLaterFormat } from "./formats/later-formats";
import { FORMATS, formatByName } from "./formats/registry";

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
  if (named && (!named.looksLike || named.looksLike(head))) return { is: "format", format: named };
  const later = findLaterFormat(head);
  if (later) return { is: "later", label: later.label };
  const shaped = findByContent(head);
  if (shaped) return { is: "format", format: shaped };
  return named ? { is: "format", format: named } : { is: "unknown" };
}

function findByContent(head: string): Format | undefined {
  if (head.trim() === "") return undefined;
  return FORMATS.find((format) => format.looksLike?.(head) === true);
}

/** The start of a text, with long lines cut: a 10 MB line must cost no more than a short one. */
export function headOf(text: string): string {
  const start = text.slice(0, HEAD_LENGTH);
  return start.startsWith("\uFEFF") ? start.slice(1) : start;
}
