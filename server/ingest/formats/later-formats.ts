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
    id: "node-exporter",
    label: "node_exporter metrics",
    looksLike: (head) => /^(?:# (?:HELP|TYPE) )(?:node_|go_|process_|promhttp_)\w+/m.test(head),
  },
  {
    id: "crash-kmem",
    label: "output of crash kmem",
    looksLike: (head) =>
      /^\s*PAGES\s+TOTAL\s+PERCENTAGE/m.test(head) ||
      /^CACHE\s+(?:NAME\s+)?OBJSIZE\s+ALLOCATED/m.test(head),
  },
  {
    id: "numastat",
    label: "output of numastat",
    looksLike: (head) =>
      /^\s+Node 0\s+(?:Node 1|Total)/m.test(head) && /^\S+\s+\d+\.\d\d/m.test(head),
  },
  {
    id: "sysak",
    label: "output of sysak",
    looksLike: (head) =>
      /^\s*allocPages?\s*[:=]/im.test(head) && /sysak|memgraph|kernel_used/i.test(head),
  },
];

export function findLaterFormat(head: string): LaterFormat | undefined {
  return LATER_FORMATS.find((format) => format.looksLike(head));
}
