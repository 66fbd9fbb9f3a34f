import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { analyzeFiles } from "./analyze-files";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

function archives(): { readonly name: string; readonly path: string }[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".tar.gz"))
    .map((file) => ({ name: file.split("/")[0] ?? file, path: join(FIXTURES, file) }));
}

it.each(archives())(
  "the archive of $name is judged by what was going on",
  async ({ name, path }) => {
    const { report } = await analyzeFiles([path]);
    const isIncident = name.endsWith("-incident");
    expect(report.errors).toEqual([]);
    expect(report.snapshots.length).toBeGreaterThan(0);
    for (const { verdict, findings } of report.snapshots) {
      expect(verdict.status).toBe(isIncident ? "held" : "healthy");
      if (isIncident) expect(findings[0]?.id).toBe("socket-queue-pins-pages");
    }
  },
  60_000,
);
