import { describeExplained, explainedBuckets } from "../core/explained";
import { formatByteRange, formatBytes } from "../core/format-bytes";
import type { Evidence, Finding, Holder, SnapshotReport } from "../core/report";
import { padEnd, paint, place, printable, type Terminal, wrap } from "./terminal";

const HOLDERS_SHOWN = 8;
const NAME_WIDTH = 34;
const PLACE_WIDTH = 48;

/** One cause in a terminal: size and sureness, holders, evidence, and what to do about it. */
export function renderFinding(
  finding: Finding,
  index: number,
  terminal: Terminal,
): readonly string[] {
  const title = paint(terminal, "bold", `${index + 1}. ${finding.title}`);
  const facts = [finding.severity, `confidence ${finding.confidence}`, sizes(finding)];
  return [
    ...(index > 0 ? [""] : []),
    `${title}  ${paint(terminal, "dim", facts.join(" · "))}`,
    ...finding.holders.slice(0, HOLDERS_SHOWN).map((holder) => `   ${renderHolder(holder)}`),
    ...finding.evidence.flatMap((evidence) => renderEvidence(evidence, terminal)),
    ...(finding.against ?? []).flatMap((evidence) =>
      renderEvidence({ ...evidence, text: `against it: ${evidence.text}` }, terminal),
    ),
    ...labelled("why", finding.confidenceWhy, terminal),
    ...labelled("fix", finding.fix, terminal),
    ...labelled("risk", finding.fixRisk, terminal),
  ];
}

/** The bounds, and the part that no finding above it explains where that is less. */
function sizes({ bytes, explains }: Finding): string {
  const all = formatByteRange(bytes);
  if (!explains || formatByteRange(explains) === all) return all;
  return `${all}, ${formatByteRange(explains)} of it explained by nothing above`;
}

/** A word, and a text that wraps beside it; nothing without a text. */
function labelled(label: string, text: string | undefined, terminal: Terminal): readonly string[] {
  if (!text) return [];
  return wrap(printable(text), terminal.columns - 9).map(
    (line, at) => `   ${padEnd(at === 0 ? label : "", 4)}  ${line}`,
  );
}

function renderHolder(holder: Holder): string {
  const who = [
    holder.comm ?? holder.name ?? holder.cgroup ?? holder.kind,
    holder.pid === undefined ? "" : `pid ${holder.pid}`,
    holder.state === "T" ? "stopped" : "",
    holder.kind === "socket" && holder.fd !== undefined ? `fd ${holder.fd}` : "",
  ].filter(Boolean);
  const count = holder.count === undefined ? "" : ` in ${holder.count}`;
  const size = `${formatByteRange(holder.bytes)}${count}`;
  const place = holderPlace(holder);
  // A name that stands alone, a line of code for instance, may take both columns.
  const names = place
    ? `${padEnd(who.join(" "), NAME_WIDTH)} ${padEnd(place, PLACE_WIDTH)}`
    : padEnd(who.join(" "), NAME_WIDTH + 1 + PLACE_WIDTH);
  return printable(`${names} ${size}`);
}

/** What stands in the second column: the ends of a socket, or what the first column did not say. */
function holderPlace(holder: Holder): string {
  if (holder.kind === "socket") return [holder.local, "←", holder.peer].join(" ");
  if (holder.comm !== undefined && holder.name !== undefined) return holder.name;
  return [holder.pod && `pod ${holder.pod}`, holder.name && holder.cgroup]
    .filter(Boolean)
    .join(" ");
}

function renderEvidence(evidence: Evidence, terminal: Terminal): readonly string[] {
  const value = evidence.unit === "bytes" ? formatBytes(evidence.value) : `${evidence.value}`;
  const formula = evidence.formula ? `  = ${evidence.formula}` : "";
  const line = `   ${value.padStart(10)}  ${printable(evidence.text)}${formula}`;
  const raw = evidence.raw
    ? [
        `${" ".repeat(15)}│ ${padEnd(printable(evidence.raw.replace(/\s+/g, " ")), Math.max(20, terminal.columns - 19)).trimEnd()}`,
      ]
    : [];
  return [
    line + paint(terminal, "dim", place(evidence)),
    ...raw.map((text) => paint(terminal, "dim", text)),
  ];
}

/** Per bucket that the findings speak of: how much of it they explain. */
export function explainedLines(snapshot: SnapshotReport, terminal: Terminal): readonly string[] {
  const buckets = explainedBuckets(snapshot);
  if (buckets.length === 0) return [];
  return [
    paint(terminal, "bold", "Explained"),
    ...buckets.map((each) => `   ${padEnd(each.bucket, 22)}${describeExplained(each)}`),
  ];
}
