import { describeExplained, explainedBuckets } from "../core/explained";
import { formatByteRange, formatBytes, formatPercent } from "../core/format-bytes";
import type { Finding, Holder, Report, SnapshotReport } from "../core/report";
import type { ReconcileRow } from "../core/report-reconcile";
import { describeDifference } from "./render-other-tools";
import { printable } from "./terminal";

/** The report for a ticket: the same order as on screen, tables that any Markdown renderer draws. */
export function renderMarkdown(report: Report): string {
  return `${report.snapshots.map(renderSnapshot).join("\n\n---\n\n")}\n`;
}

function renderSnapshot(snapshot: SnapshotReport): string {
  const { node, verdict, composition } = snapshot;
  const blocks = [
    `## ${text(node.hostname ?? "unknown node")}: ${verdict.status}`,
    `**${text(verdict.headline)}**`,
    `Confidence ${verdict.confidence}. ${[node.kernel, node.takenAt, snapshot.source.file]
      .filter((fact) => fact !== undefined)
      .map(text)
      .join(" · ")}`,
    composition ? ledgerTable(composition) : "",
    ...snapshot.findings.map(renderFinding),
    list(
      "Explained",
      explainedBuckets(snapshot).map((each) => `${each.bucket}: ${describeExplained(each)}`),
    ),
    list(
      "Ruled out",
      snapshot.ruledOut.map((each) => `${each.id}: ${text(each.why)}`),
    ),
    list(
      "Next steps",
      snapshot.nextSteps.map(
        (step) => `${code(step.command)} ${text(step.proves)} ${text(step.risk)}`,
      ),
    ),
    otherTools(snapshot.reconcile),
  ];
  return blocks.filter(Boolean).join("\n\n");
}

function ledgerTable({ buckets, memTotal }: NonNullable<SnapshotReport["composition"]>): string {
  const rows = buckets
    .filter((bucket) => bucket.bytes !== 0)
    .map(
      (bucket) =>
        `| ${bucket.id} | ${formatBytes(bucket.bytes)} | ${formatPercent(bucket.bytes, memTotal)} | ${text(bucket.from.join(", "))} |`,
    );
  return [
    "| bucket | bytes | of MemTotal | from |",
    "|---|---:|---:|---|",
    ...rows,
    `| **MemTotal** | **${formatBytes(memTotal)}** | **100 %** | |`,
  ].join("\n");
}

function renderFinding(finding: Finding): string {
  const lines = finding.evidence.map((each) => {
    const value = each.unit === "bytes" ? formatBytes(each.value) : String(each.value);
    const place = `${each.file}${each.line === undefined ? "" : `:${each.line}`}`;
    return `- ${value}: ${text(each.text)} (${code(place)})${each.raw ? `\n  ${code(each.raw)}` : ""}`;
  });
  const confirm = (finding.confirm ?? []).map(
    (step) => `- Confirm: ${code(step.command)} ${text(step.proves)}`,
  );
  return [
    `### ${finding.title} (${finding.severity}, confidence ${finding.confidence}, ${formatByteRange(finding.bytes)})`,
    finding.confidenceWhy ? `Confidence: ${text(finding.confidenceWhy)}.` : "",
    finding.holders.map(renderHolder).join("\n"),
    lines.join("\n"),
    confirm.join("\n"),
    finding.fix ? `What helps: ${text(finding.fix)}` : "",
    finding.fixRisk ? `What it may cost: ${text(finding.fixRisk)}` : "",
  ]
    .filter(Boolean)
    .join("\n\n");
}

function renderHolder(holder: Holder): string {
  const name = holder.comm ?? holder.name ?? holder.cgroup ?? holder.kind;
  const place = holder.comm === undefined ? holder.local : (holder.local ?? holder.name);
  const who = [name, holder.pid === undefined ? "" : `pid ${holder.pid}`, place].filter(Boolean);
  return `- ${text(who.join(" "))}: ${formatByteRange(holder.bytes)}`;
}

function otherTools(rows: readonly ReconcileRow[]): string {
  if (rows.length === 0) return "";
  return [
    "### What other tools print for this node",
    "",
    "| tool | prints | bytes | difference to ours | formula |",
    "|---|---|---:|---|---|",
    ...rows.map(
      (row) =>
        `| ${row.tool} | ${text(row.label)} | ${formatBytes(row.bytes)} | ${text(describeDifference(row))} | ${text(row.formula)} |`,
    ),
  ].join("\n");
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `### ${title}\n\n${items.map((item) => `- ${item}`).join("\n")}`;
}

/** Names come from the snapshot: nothing in them may act as Markdown or HTML. */
function text(raw: string): string {
  return printable(raw).replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`);
}

/** A code span whose fence is longer than any run of backticks inside. */
function code(raw: string): string {
  const longest = Math.max(0, ...(printable(raw).match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${printable(raw)}${pad}${fence}`;
}
