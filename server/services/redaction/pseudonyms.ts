/** Words that stand in for hidden values. */
const PSEUDONYM_WORDS = [
  "host",
  "address",
  "path",
  "command",
  "cgroup",
  "pod",
  "file",
  "name",
  "id",
] as const;
export type PseudonymWord = (typeof PSEUDONYM_WORDS)[number];

export type Pseudonyms = (word: PseudonymWord, value: string) => string;

/**
 * Gives each hidden value one name, numbered by first appearance: "host-1", "address-2".
 * The same value keeps its name within one report, so a reader can still follow it, and two
 * reports share nothing.
 */
export function createPseudonyms(): Pseudonyms {
  const names = new Map<string, string>();
  const counts = new Map<PseudonymWord, number>();
  return (word, value) => {
    const key = `${word} ${value}`;
    const known = names.get(key);
    if (known !== undefined) return known;
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    const name = `${word}-${count}`;
    names.set(key, name);
    return name;
  };
}
