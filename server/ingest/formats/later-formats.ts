/**
 * Kinds of text that are known but cannot be read yet. Naming them is better than
 * "not recognised", and keeps a table of another kind from being taken for one of ours.
 * When one becomes readable it moves to the registry.
 */
interface LaterFormat {
  readonly id: string;
  readonly label: string;
  readonly looksLike: (head: string) => boolean;
}

const LATER_FORMATS: readonly LaterFormat[] = [
  {
    id: "sysak",
    label: "output of sysak",
    looksLike: (head) =>
      /^\s*allocPages?\s*[:=]/im.test(head) && /sysak|memgraph|kernel_used/i.test(head),
  },
  {
    id: "numastat-counts",
    label: "allocation counts of numastat (no sizes in them: numastat -m prints those)",
    looksLike: (head) =>
      /^numa_hit\s+\d+/m.test(head) && /^other_node\s+\d+/m.test(head) && /\bnode ?0\b/i.test(head),
  },
];

export function findLaterFormat(head: string): LaterFormat | undefined {
  return LATER_FORMATS.find((format) => format.looksLike(head));
}
