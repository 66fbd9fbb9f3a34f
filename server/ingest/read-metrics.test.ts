import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readFixture } from "../core/parse/captures.test-support";
import { reportSnapshot } from "../core/report-snapshot";
import { readInputFile } from "./read-input";
import { fixture, put, readOne } from "./read-input.test-support";

const SCRAPE = readFixture("node-exporter-6.18-healthy/metrics");
const LABELLED = SCRAPE.split("\n").map((line) =>
  line.replace(
    /^(node_\w+)(?:\{(.*)\})?/,
    (_, name, own) => `${name}{${own ? `${own},` : ""}instance="I",job="n"}`,
  ),
);
const instance = (name: string, totalFactor: number) =>
  LABELLED.map((line) =>
    line
      .replace('instance="I"', `instance="${name}"`)
      .replace(
        /^(node_memory_MemTotal_bytes\S+) (\S+)$/,
        (_, series, total) => `${series} ${Number(total) * totalFactor}`,
      )
      .replace(/(\} \S+)$/, "$1 1700000000000"),
  );

describe("metrics as a snapshot", () => {
  it("a scrape stands in for meminfo and is no leak on a healthy machine", async () => {
    const report = reportSnapshot(await readOne(fixture("node-exporter-6.18-healthy")));
    expect(report.source.kind).toBe("node-exporter");
    expect(report.node).toMatchObject({ hostname: "node1", kernel: "6.18.44-fc-v509", cpus: 2 });
    expect(report.verdict.status).toBe("healthy");
    expect(report.composition?.closes).toBe(true);
    expect(report.composition?.uncertainty.why).toContain("per-CPU lists");
    const anon = report.composition?.buckets.find((bucket) => bucket.id === "anon");
    expect(anon?.evidence?.[0]?.raw).toContain("node_memory_AnonPages_bytes");
  });

  it("packed, in an archive's folder, or as a few lines of a paste", async () => {
    expect((await readOne(put("scrape.prom.gz", gzipSync(SCRAPE)))).kind).toBe("node-exporter");
    const few = SCRAPE.split("\n").filter((line) => /^node_memory_(?:Mem|Cached|Slab)/.test(line));
    const paste = `${few.join("\n")}\n$ uname -a\nLinux n2 5.15.0-91-generic #1 SMP x86_64 GNU/Linux\n`;
    const snapshot = await readOne(put("paste.txt", paste));
    expect(snapshot.otherTotals).toHaveLength(1);
    expect(snapshot.node.kernel).toBe("5.15.0-91-generic");
  });

  it("a dump of several machines gives one snapshot each, lines are those of the dump", async () => {
    const text = [...instance("a:9100", 1), ...instance("b:9100", 2)].join("\n");
    const { snapshots } = await readInputFile(put("dump.openmetrics", text));
    const totals = snapshots.map((one) => one.otherTotals[0]?.value.get("MemTotal"));
    expect(totals.map((total) => total?.value)).toEqual([25_276_518_400, 50_553_036_800]);
    expect((totals[1]?.line ?? 0) - (totals[0]?.line ?? 0)).toBe(LABELLED.length);
    expect(snapshots[1]?.node.takenAt).toBe("2023-11-14T22:13:20Z");
  });
});
