import type { Evidence } from "@/server/core/report";
import { EvidenceLink } from "../evidence-link";
import { keyed } from "../keyed";

interface FieldSourcesProps {
  readonly from: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly base: string | undefined;
}

const SHOWN = 6;

/** The kernel fields of a number, each leading to its raw line; lines without a field of their own by file and line. */
export function FieldSources({ from, evidence, base }: FieldSourcesProps) {
  const fields = from.map((field) => ({ field, line: lineOf(field, evidence) }));
  const used = new Set(fields.map(({ line }) => line));
  const others = evidence.filter((item) => !used.has(item));
  const entries = [
    ...fields.map(({ field, line }) => ({ label: field, line })),
    ...others.map((line) => ({ label: placeOf(line), line })),
  ];
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-2 py-0.5">
      {keyed(entries.slice(0, SHOWN), ({ label }) => label).map(
        ({ key, item: { label, line } }) => (
          <span key={key} className="min-w-0">
            {line ? (
              <EvidenceLink base={base} evidence={line}>
                {label}
              </EvidenceLink>
            ) : (
              label
            )}
          </span>
        ),
      )}
      {entries.length > SHOWN ? (
        <span className="text-faint">and {entries.length - SHOWN} more</span>
      ) : null}
    </span>
  );
}

/** The raw line that begins with the field's name. */
function lineOf(field: string, evidence: readonly Evidence[]): Evidence | undefined {
  return evidence.find(({ raw }) => raw?.trimStart().startsWith(field));
}

function placeOf({ file, line }: Evidence): string {
  return line === undefined ? file : `${file}:${line}`;
}
