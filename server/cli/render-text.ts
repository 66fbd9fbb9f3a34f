import { formatBytes, formatPercent } from "../core/format-bytes";
import type { BucketShare, Composition, Report, SnapshotReport, Status } from "../core/report";
import { explainedLines, renderFinding } from "./render-finding";
import { otherTools } from "./render-other-tools";
import { padEnd, paint, place, printable, type Style, type Terminal, wrap } from "./terminal";

const STATUS_STYLE: Record<Status, Style> = {
  healthy: "green",
  watch: "yellow",
  suspect: "red",
  held: "red",
  leaking: "red",
  inconsistent: "yellow",
  insufficient: "yellow",
};

/** One cell per share of MemTotal: user, kernel, what no counter shows, free. */
const FILL = { user: "█", kernel: "▓", allocpage: "╱", free: "·" } as const;

/** The report as it is read in a terminal: verdict first, then where every page is, then who holds it. */
export function renderText(report: Report, terminal: Terminal): string {
  return report.snapshots.map((snapshot) => renderSnapshot(snapshot, terminal)).join("\n\n");
}

function renderSnapshot(snapshot: SnapshotReport, terminal: Terminal): string {
  const blocks = [
    header(snapshot, terminal),
    verdict(snapshot, terminal),
    snapshot.composition ? ledger(snapshot.composition, terminal) : [],
    snapshot.findings.flatMap((finding, index) => renderFinding(finding, index, terminal)),
    explainedLines(snapshot, terminal),
    ruledOut(snapshot, terminal),
    nextSteps(snapshot, terminal),
    otherTools(snapshot.reconcile, terminal),
    dataQuality(snapshot, terminal),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n");
}

function header({ node, source }: SnapshotReport, terminal: Terminal): readonly string[] {
  const facts = [
    node.kernel && `Linux ${node.kernel}`,
    node.arch,
    node.cpus && `${node.cpus} CPUs`,
    node.takenAt && `taken ${node.takenAt}`,
    source.file,
  ];
  const words = facts.filter((fact) => typeof fact === "string").map(printable);
  const name = printable(node.hostname ?? "unknown node");
  return [`${paint(terminal, "bold", name)}  ${paint(terminal, "dim", words.join(" · "))}`];
}

function verdict(
  { verdict: { status, headline, confidence } }: SnapshotReport,
  terminal: Terminal,
) {
  const word = paint(terminal, STATUS_STYLE[status], status.toUpperCase());
  const lines = wrap(printable(headline), terminal.columns - status.length - 2);
  const indent = " ".repeat(status.length + 2);
  const rest = lines.slice(1).map((line) => indent + paint(terminal, "bold", line));
  const sure =
    confidence > 0 ? [`${indent}${paint(terminal, "dim", `confidence ${confidence}`)}`] : [];
  return [`${word}  ${paint(terminal, "bold", lines[0] ?? "")}`, ...rest, ...sure];
}

function ledger(composition: Composition, terminal: Terminal): readonly string[] {
  const { memTotal, uncertainty } = composition;
  const rows = composition.buckets.filter((bucket) => bucket.bytes !== 0);
  return [
    bar(composition, terminal),
    ...rows.map((bucket) => ledgerRow(bucket, memTotal, terminal)),
    `  ${"─".repeat(44)}`,
    `  ${padEnd("MemTotal", 24)}${formatBytes(memTotal).padStart(11)}${formatPercent(1, 1).padStart(9)}  ${composition.closes ? "adds up" : "does not describe one machine"}`,
    paint(
      terminal,
      "dim",
      `  allocpage ± ${formatBytes(uncertainty.plusMinus)}: ${uncertainty.why}`,
    ),
    ...(composition.notMeasured.length > 0
      ? [
          paint(
            terminal,
            "dim",
            `  not measured here, inside allocpage: ${composition.notMeasured.join(", ")}`,
          ),
        ]
      : []),
  ];
}

function bar({ buckets, memTotal }: Composition, terminal: Terminal): string {
  const width = Math.min(terminal.columns - 4, 96);
  const cells = (bytes: number): number => Math.max(0, Math.round((bytes / memTotal) * width));
  const total = (wanted: (bucket: BucketShare) => boolean): number =>
    buckets.filter(wanted).reduce((sum, bucket) => sum + bucket.bytes, 0);
  const user = cells(total((bucket) => bucket.group === "user"));
  const hidden = cells(total((bucket) => bucket.id === "allocpage"));
  const kernel = cells(total((bucket) => bucket.group === "kernel" && bucket.id !== "allocpage"));
  const free = Math.max(0, width - user - kernel - hidden);
  const parts = [
    FILL.user.repeat(user),
    FILL.kernel.repeat(kernel),
    paint(terminal, "red", FILL.allocpage.repeat(hidden)),
    paint(terminal, "dim", FILL.free.repeat(free)),
  ];
  return `  ${parts.join("")}\n  ${paint(terminal, "dim", "█ user  ▓ kernel  ╱ in no counter  · free")}`;
}

function ledgerRow(bucket: BucketShare, memTotal: number, terminal: Terminal): string {
  const name = padEnd(bucket.id, 24);
  const shown = bucket.id === "allocpage" ? paint(terminal, "red", name) : name;
  const size = formatBytes(bucket.bytes).padStart(11);
  const share = formatPercent(bucket.bytes, memTotal).padStart(9);
  const from = bucket.how === "remainder" ? "what is left" : bucket.from.join(", ");
  return `  ${shown}${size}${share}  ${paint(terminal, "dim", `${from}${place(bucket.evidence?.[0])}`)}`;
}

function section(title: string, lines: readonly string[], terminal: Terminal): readonly string[] {
  return lines.length === 0 ? [] : [paint(terminal, "bold", title), ...lines];
}

function ruledOut(snapshot: SnapshotReport, terminal: Terminal): readonly string[] {
  return section(
    "Ruled out",
    snapshot.ruledOut.map((each) => `   ${each.id}: ${printable(each.why)}`),
    terminal,
  );
}

function nextSteps(snapshot: SnapshotReport, terminal: Terminal): readonly string[] {
  const lines = snapshot.nextSteps.flatMap((step) => [
    `   ${step.root ? "#" : "$"} ${printable(step.command)}`,
    paint(terminal, "dim", `     ${step.proves} ${step.risk}`),
  ]);
  return section("Next", lines, terminal);
}

function dataQuality(
  { dataQuality: quality }: SnapshotReport,
  terminal: Terminal,
): readonly string[] {
  const counts = `   ${quality.read.length} files read, ${quality.skipped.length} lines skipped, ${quality.unreadable.length} files unreadable`;
  const missing = quality.missing.map(
    (each) => `   missing ${printable(each.file)}: ${each.wouldShow}`,
  );
  const broken = quality.unreadable.map(
    (each) => `   unreadable ${printable(each.file)}: ${printable(each.error)}`,
  );
  return section(
    "Data",
    [counts, ...broken, ...missing].map((line) => paint(terminal, "dim", line)),
    terminal,
  );
}
