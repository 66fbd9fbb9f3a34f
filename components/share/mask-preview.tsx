import type { SnapshotReport } from "@/server/core/report";
import { holderIdentity, holderName, holderPlace } from "../holder-name";

interface MaskPreviewProps {
  readonly preview: SnapshotReport | "loading" | "failed";
}

/** What the reader of the link will see, in the lines that could give something away. */
export function MaskPreview({ preview }: MaskPreviewProps) {
  return (
    <div>
      <p className="font-medium text-13">What they will see</p>
      <section
        aria-label="Masked copy"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must take the focus (WCAG 2.1.1)
        tabIndex={0}
        className="mt-2 h-44 overflow-y-auto border-y bg-sunken px-3 py-2 text-12"
      >
        {typeof preview === "string" ? (
          <p role="status" className="text-muted">
            {preview === "loading" ? "Reading the masked copy…" : "The preview could not be read."}
          </p>
        ) : (
          <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-3 gap-y-1">
            {linesOf(preview).map(([name, value]) => (
              <div key={name + value} className="contents">
                <dt className="text-faint">{name}</dt>
                <dd className="min-w-0 font-mono">{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </section>
    </div>
  );
}

function linesOf(report: SnapshotReport): readonly (readonly [string, string])[] {
  const holders = report.findings.flatMap((finding) => finding.holders).slice(0, 3);
  const evidence = report.findings.flatMap((finding) => finding.evidence);
  const raw = evidence.find((item) => item.raw !== undefined && item.file.includes("ss"))?.raw;
  return [
    ["Node", report.node.hostname ?? "not named"] as const,
    ["Verdict", report.verdict.headline] as const,
    ["File", report.source.file] as const,
    ...holders.map((holder) => ["Holder", describeHolder(holder)] as const),
    ...(raw ? [["Raw line", raw] as const] : []),
    ...report.nextSteps.slice(0, 1).map(({ command }) => ["Command", command] as const),
  ];
}

function describeHolder(holder: SnapshotReport["findings"][number]["holders"][number]): string {
  return [holderName(holder), holderIdentity(holder), ...holderPlace(holder)]
    .filter(Boolean)
    .join(" · ");
}
