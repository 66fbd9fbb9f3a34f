import type { ApiOutputs } from "@/server/api/api-outputs";
import { formatBytesDifference } from "@/server/core/format-bytes";
import { formatAt } from "../charts/time/zone-time";
import { EvidenceValue } from "../evidence-value";
import { keyed } from "../keyed";
import { NextSteps } from "../next-steps";
import { Disclosure } from "../ui/disclosure";
import { UnbrokenSizes } from "../unbroken-sizes";

type Verdict = NonNullable<ApiOutputs["nodes"]["verdict"]["verdict"]>;

type VerdictGroundsProps = Pick<Verdict, "evidence" | "against" | "nextSteps" | "judgedAtMs"> & {
  readonly zone: string;
};

/** What the sentence rests on: its numbers, what speaks against it, and what to do next. */
export function VerdictGrounds(props: VerdictGroundsProps) {
  const { evidence, against, nextSteps, judgedAtMs, zone } = props;
  if (evidence.length + against.length + nextSteps.length === 0) return null;
  return (
    <div className="mt-2">
      <Disclosure summary="Why, and what to do">
        <ul className="max-w-prose divide-y border-y">
          {keyed(evidence, ({ text }) => text).map(({ key, item }) => (
            <li
              key={key}
              className="grid grid-cols-1 gap-x-4 py-2 text-13 sm:grid-cols-[8rem_minmax(0,1fr)]"
            >
              <span className="font-semibold sm:text-right">
                <Value {...item} />
              </span>
              <div className="min-w-0">
                <p>
                  <UnbrokenSizes text={item.text} />
                </p>
                {item.formula ? (
                  <p className="mt-1 font-mono text-12 text-muted">{item.formula}</p>
                ) : null}
              </div>
            </li>
          ))}
        </ul>
        {against.length > 0 ? (
          <div className="mt-4 max-w-prose">
            <p className="font-medium text-12">Against it</p>
            <ul className="mt-1 list-disc space-y-1 pl-4 text-13">
              {against.map((sentence) => (
                <li key={sentence}>
                  <UnbrokenSizes text={sentence} />
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        {nextSteps.length > 0 ? (
          <div className="mt-4">
            <p className="mb-2 font-medium text-12">Next steps</p>
            <NextSteps steps={nextSteps} />
          </div>
        ) : null}
        <p className="mt-3 text-12 text-muted">Judged {formatAt(judgedAtMs, zone)}.</p>
      </Disclosure>
    </div>
  );
}

function Value({ value, unit }: Pick<Verdict["evidence"][number], "value" | "unit">) {
  if (unit === "bytesPerHour") return `${formatBytesDifference(value)}/h`;
  return <EvidenceValue value={value} unit={unit} />;
}
