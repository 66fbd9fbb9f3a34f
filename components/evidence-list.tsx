import type { Evidence } from "@/server/core/report";
import { EvidenceLink } from "./evidence-link";
import { EvidenceValue } from "./evidence-value";
import { keyed } from "./keyed";
import { CopyButton } from "./ui/copy-button";
import { Disclosure } from "./ui/disclosure";
import { UnbrokenSizes } from "./unbroken-sizes";

interface EvidenceListProps {
  readonly evidence: readonly Evidence[];
  readonly base: string | undefined;
}

const SHOWN = 5;

/** Number, what it is, how it was computed, and the raw line that proves it. */
export function EvidenceList({ evidence, base }: EvidenceListProps) {
  const rest = evidence.slice(SHOWN);
  return (
    <>
      <Rows evidence={evidence.slice(0, SHOWN)} base={base} />
      {rest.length > 0 ? (
        <Disclosure summary={`${rest.length} more`}>
          <Rows evidence={rest} base={base} />
        </Disclosure>
      ) : null}
    </>
  );
}

function Rows({ evidence, base }: EvidenceListProps) {
  return (
    <ul className="divide-y">
      {keyed(evidence, ({ text }) => text).map(({ key, item }) => (
        <li key={key} className="grid grid-cols-1 gap-x-4 py-2 sm:grid-cols-[6.5rem_minmax(0,1fr)]">
          <span className="font-semibold text-13 sm:text-right">
            <EvidenceValue value={item.value} unit={item.unit} />
          </span>
          <div className="min-w-0 text-13">
            <p>
              <UnbrokenSizes text={item.text} />
            </p>
            {item.formula ? (
              <p className="mt-1 font-mono text-12 text-muted">{item.formula}</p>
            ) : null}
            <p className="mt-1 flex items-center gap-1 font-mono text-12 text-faint">
              <EvidenceLink base={base} evidence={item}>
                {placeOf(item)}
              </EvidenceLink>
              <CopyButton text={asText(item)} what="evidence" />
            </p>
            {item.raw ? (
              <p className="mt-1 line-clamp-3 whitespace-pre-wrap border-rule-strong border-l-2 pl-2 font-mono text-12 text-muted">
                {item.raw}
              </p>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  );
}

function placeOf({ file, line }: Evidence): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** The evidence as it is pasted into a ticket. */
function asText(item: Evidence): string {
  const { text, value, unit, formula, raw } = item;
  return [`${text}: ${value} ${unit}`, formula && `= ${formula}`, placeOf(item), raw]
    .filter(Boolean)
    .join("\n");
}
