import type { Route } from "next";

/** The query string as Next hands it to a page: a repeated parameter is an array. */
export type QueryParams = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A value read from the URL; `notice` says that the URL asked for something that does not exist. */
export interface UrlValue<T> {
  readonly value: T;
  readonly notice?: string;
}

const LONGEST_TEXT = 200;

/** First value of a parameter, or undefined when it is absent or empty. */
export function readText(params: QueryParams, key: string): string | undefined {
  const raw = params[key];
  const text = (typeof raw === "string" ? raw : raw?.[0])?.trim().slice(0, LONGEST_TEXT);
  return text === "" ? undefined : text;
}

/** One of `choices`; the first of them when the parameter is absent or unknown. */
export function readChoice<const T extends string>(
  params: QueryParams,
  key: string,
  choices: readonly [T, ...T[]],
): UrlValue<T> {
  const text = readText(params, key);
  if (text === undefined) return { value: choices[0] };
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return { value: found };
  return {
    value: choices[0],
    notice: `“${text}” is not a value of ${key}; showing ${choices[0]}.`,
  };
}

/** A whole number from 1 up; `fallback` with a notice when the parameter is something else. */
export function readPositive(params: QueryParams, key: string, fallback: number): UrlValue<number> {
  const text = readText(params, key);
  if (text === undefined) return { value: fallback };
  if (/^[1-9]\d{0,9}$/.test(text)) return { value: Number(text) };
  return { value: fallback, notice: `“${text}” is not a valid ${key}; showing ${fallback}.` };
}

/**
 * The same page with some parameters changed. Parameters this page does not know are kept,
 * those set to undefined are dropped, so that default values never make a URL longer.
 */
export function hrefWith(
  pathname: string,
  params: QueryParams,
  changes: Readonly<Record<string, string | undefined>>,
): Route {
  const query = new URLSearchParams();
  for (const { name, value } of otherParams(params, Object.keys(changes)))
    query.append(name, value);
  for (const [key, value] of Object.entries(changes)) if (value) query.set(key, value);
  const text = query.toString();
  return (text ? `${pathname}?${text}` : pathname) as Route;
}

/** The notices of several values, for one visible message. */
export function noticesOf(values: readonly UrlValue<unknown>[]): string[] {
  return values.flatMap(({ notice }) => (notice === undefined ? [] : [notice]));
}

/** Parameters that a form must carry along as hidden fields so that submitting it keeps them. */
export function otherParams(
  params: QueryParams,
  own: readonly string[],
): readonly { readonly name: string; readonly value: string }[] {
  return Object.entries(params).flatMap(([name, raw]) => {
    if (own.includes(name) || raw === undefined) return [];
    return (typeof raw === "string" ? [raw] : raw).map((value) => ({ name, value }));
  });
}
