import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import type { Report } from "../core/report";
import { analyze } from "./analyze";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));
const INCIDENT = `${FIXTURES}live-sosreport-incident/sosreport-incident.tar.gz`;
const HEALTHY = `${FIXTURES}live-sosreport-healthy/sosreport-healthy.tar.gz`;
const TERMINAL = { columns: 120, hasColor: false };

const folder = mkdtempSync(join(tmpdir(), "memledger-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const EMPTY = put("snap.tar.gz.bad", "");
const CUT = put(
  "meminfo",
  "MemTotal: 1000000 kB\nMemFree: 400000 kB\nBuffers: 1 kB\nCached: 1 kB\n",
);

describe("the exit code", () => {
  it.each([
    ["is 0 for a healthy node", [HEALTHY], 0],
    ["is 1 for one that holds what it should not", [INCIDENT], 1],
    ["is 3 where no verdict is possible", [CUT], 3],
    ["is 2 where nothing could be read", [EMPTY], 2],
    ["counts unreadable before alarm", [INCIDENT, EMPTY], 2],
    ["counts alarm before no verdict", [CUT, INCIDENT], 1],
    ["counts no verdict before healthy", [HEALTHY, CUT], 3],
  ] as const)("%s", async (_why, files, exitCode) => {
    expect((await analyze(files, "json", TERMINAL)).exitCode).toBe(exitCode);
  });
});

describe("what is printed", () => {
  it("is one line on stderr for an input that cannot be read, and the others are not hidden", async () => {
    const { stdout, stderr } = await analyze([EMPTY, HEALTHY], "text", TERMINAL);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("snap.tar.gz.bad");
    expect(stdout).toContain("HEALTHY");
  });

  it("as JSON is the report document, with no snapshots when nothing could be read", async () => {
    const report: Report = JSON.parse((await analyze([EMPTY], "json", TERMINAL)).stdout);
    expect(report).toMatchObject({ schemaVersion: 1, tool: { name: "memledger" }, snapshots: [] });
    expect(report.errors).toHaveLength(1);
  });

  it("names process, descriptor and port of the holder in a sosreport", async () => {
    const report: Report = JSON.parse((await analyze([INCIDENT], "json", TERMINAL)).stdout);
    const [finding] = report.snapshots[0]?.findings ?? [];
    expect(finding).toMatchObject({ id: "socket-queue-pins-pages", bucket: "allocpage" });
    expect(finding?.holders[0]).toMatchObject({
      comm: "nginx",
      pid: 1163,
      fd: expect.any(Number),
      local: "127.0.0.1:18080",
    });
  });
});
