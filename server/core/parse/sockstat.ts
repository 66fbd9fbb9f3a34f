import type { Measured, Parsed, SkippedLine } from "./parsed";
import { noteSkipped, nothingUsable, textLines } from "./text-lines";

/**
 * `/proc/net/sockstat` and `sockstat6`: "TCP.mem", "TCP.inuse", "sockets.used", … to the
 * number as printed. `mem` is in **pages**, `FRAG.memory` in bytes, the rest are counts.
 * `mem`, `orphan` and `alloc` are of the whole host, `inuse` and `tw` of one network namespace.
 *
 *     TCP: inuse 133 orphan 0 tw 2 alloc 142 mem 4939
 *
 * Source: net/ipv4/proc.c sockstat_seq_show; net/ipv6/proc.c.
 */
export type Sockstat = ReadonlyMap<string, Measured>;

const LINE = /^([A-Za-z0-9]{1,16}):((?:\s+[A-Za-z_]{1,16}\s+-?\d{1,20})+)\s*$/;

/** Throws ParseError when no line is of this table. */
export function parseSockstat(text: string): Parsed<Sockstat> {
  const value = new Map<string, Measured>();
  const skipped: SkippedLine[] = [];

  for (const line of textLines(text)) {
    const [, protocol, pairs] = LINE.exec(line.text) ?? [];
    if (protocol && pairs) addPairs(value, { protocol, pairs, line: line.number });
    else noteSkipped(skipped, line);
  }
  if (value.size === 0) throw nothingUsable("sockstat", text);
  return { value, skipped };
}

interface SockstatLine {
  readonly protocol: string;
  readonly pairs: string;
  readonly line: number;
}

function addPairs(value: Map<string, Measured>, { protocol, pairs, line }: SockstatLine): void {
  for (const [, name, digits] of pairs.matchAll(/([A-Za-z_]+)\s+(-?\d+)/g)) {
    value.set(`${protocol}.${name}`, { value: Number(digits), line });
  }
}
