export interface Keyed<T> {
  readonly key: string;
  readonly item: T;
}

/** Items with keys that are unique even where two items are alike: the second "a" is "a #2". */
export function keyed<T>(items: readonly T[], keyOf: (item: T) => string): readonly Keyed<T>[] {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const base = keyOf(item);
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return { key: count === 1 ? base : `${base} #${count}`, item };
  });
}
