/** The series of one machine out of a dump of many. */
export interface Instance {
  readonly machine: string;
  /** The dump with the lines of other machines left empty, so that line numbers are those of the whole. */
  readonly text: string;
}

const TOTAL = /^node_memory_MemTotal(?:_bytes)?\{.{0,2000}?\binstance="([^"\\]{1,200})"/gm;
const INSTANCE = /[{,]\s{0,4}instance="([^"\\]{1,200})"/;
/** More machines are a fleet's database: the first ones are read. */
const MAX_MACHINES = 100;
const MAX_LABELS = 4_096;

/**
 * A dump of a Prometheus server (`monitoring/` of a must-gather, a query's answer) by the machine that
 * was scraped: one text for each `instance` that has MemTotal. Empty unless there are several.
 */
export function splitInstances(text: string): readonly Instance[] {
  const machines = new Set([...text.matchAll(TOTAL)].map((match) => match[1] ?? ""));
  if (machines.size < 2) return [];
  const lines = new Map([...machines].slice(0, MAX_MACHINES).map((name) => [name, new Lines()]));
  let number = 0;
  for (let start = 0; start < text.length; number += 1) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const machine = INSTANCE.exec(text.slice(start, Math.min(end, start + MAX_LABELS)))?.[1];
    lines.get(machine ?? "")?.add(number, text.slice(start, end));
    start = end + 1;
  }
  return [...lines].map(([machine, own]) => ({ machine, text: own.text() }));
}

/** Lines at their place, with only as many empty ones before each as are needed. */
class Lines {
  private readonly parts: string[] = [];
  private next = 0;

  add(number: number, line: string): void {
    this.parts.push("\n".repeat(number - this.next), line, "\n");
    this.next = number + 1;
  }

  text(): string {
    return this.parts.join("");
  }
}
