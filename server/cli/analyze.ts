import type { Report } from "../core/report";
import { analyzeFiles, exitCodeOf, finalSnapshots } from "../services/analyze-files";
import { renderMarkdown } from "./render-markdown";
import { renderText } from "./render-text";
import type { Terminal } from "./terminal";

export type Format = "text" | "json" | "markdown";

/** What the command prints and how it ends. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** `memledger analyze FILE…`: reads, judges, prints. One line on stderr per input that could not be read. */
export async function analyze(
  files: readonly string[],
  format: Format,
  terminal: Terminal,
): Promise<Outcome> {
  const analysis = await analyzeFiles(files);
  const { report } = analysis;
  return {
    stdout:
      report.snapshots.length === 0 && format !== "json" ? "" : render(report, format, terminal),
    stderr: report.errors.map((error) => `memledger: ${error.file}: ${error.message}\n`).join(""),
    exitCode: exitCodeOf(analysis),
  };
}

function render(report: Report, format: Format, terminal: Terminal): string {
  if (format === "json") return `${JSON.stringify(report, undefined, 2)}\n`;
  // Two looks at one node are one story: the later one carries the verdict over both.
  const shown = { ...report, snapshots: finalSnapshots(report) };
  return format === "markdown" ? renderMarkdown(shown) : `${renderText(shown, terminal)}\n`;
}
