import type { RangeText, TimeRange } from "@/server/core/time/time-range";

/** A range as text for the clipboard: its two instants, so that it means the same wherever it is pasted. */
export function copiedRange({ fromMs, toMs }: Pick<TimeRange, "fromMs" | "toMs">): string {
  return JSON.stringify({
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
  });
}

const LONGEST = 1000;

/** The range in a pasted text, as copiedRange and dashboards write it; undefined when there is none. */
export function pastedRange(text: string): RangeText | undefined {
  if (text.length > LONGEST) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { from, to } = value as Record<string, unknown>;
  const ends = [from, to].map((end) => (typeof end === "number" ? String(end) : end));
  const [first, last] = ends;
  if (typeof first !== "string" || typeof last !== "string") return undefined;
  return { from: first, to: last };
}
