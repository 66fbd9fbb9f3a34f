import { type QueryParams, readText, type UrlValue } from "@/components/url-state";

const LAST_MS = 253_402_300_799_999;

/** The moment that the URL has chosen, ms since 1970. */
export function readMoment(params: QueryParams): UrlValue<number | undefined> {
  const text = readText(params, "moment");
  if (text === undefined) return { value: undefined };
  if (/^\d{1,15}$/.test(text) && Number(text) <= LAST_MS) return { value: Number(text) };
  return { value: undefined, notice: `“${text}” is not a moment; none is chosen.` };
}
