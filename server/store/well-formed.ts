/** Half a surrogate pair has no UTF-8 form; the engine refuses its JSON escape. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\uFFFD");
}
