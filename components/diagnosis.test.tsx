import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { SnapshotReport } from "@/server/core/report";
import { MIB } from "@/server/core/units";
import { Diagnosis } from "./diagnosis";

const LONG = "名".repeat(100) + "x".repeat(100);

const REPORT: SnapshotReport = {
  source: { file: "a.tar", kind: "proc", sha256: "0" },
  node: { pageSize: 4096 },
  composition: {
    memTotal: 16 * MIB,
    buckets: [
      {
        id: "anon",
        group: "user",
        bytes: 10 * MIB,
        how: "field",
        from: ["AnonPages"],
        evidence: [
          {
            text: "AnonPages",
            value: 10 * MIB,
            unit: "bytes",
            file: "proc/meminfo",
            line: 18,
            raw: "AnonPages:   10240 kB",
          },
        ],
      },
      { id: "allocpage", group: "kernel", bytes: 6 * MIB, how: "remainder", from: [] },
    ],
    uncertainty: { plusMinus: MIB, why: "two reads" },
    closes: true,
    notMeasured: ["gpu"],
  },
  verdict: { status: "suspect", bucket: "allocpage", headline: LONG, confidence: 0.5 },
  findings: [
    {
      id: "socket-queue-pins-pages",
      title: "Unread socket queues pin pages",
      severity: "warning",
      confidence: 0.5,
      bytes: { lower: 0, upper: 6 * MIB },
      holders: [{ kind: "process", comm: LONG, pid: 1, bytes: { lower: 0, upper: MIB } }],
      evidence: [{ text: "queues", value: 3, unit: "count", file: "ss.txt", line: 4, raw: LONG }],
    },
  ],
  ruledOut: [],
  nextSteps: [],
  reconcile: [],
  dataQuality: { read: [], skipped: [], missing: [], unreadable: [] },
};

const page = (report: SnapshotReport, base?: string) =>
  renderToStaticMarkup(<Diagnosis report={report} base={base} name="node" />);

describe("a diagnosis", () => {
  it("opens with the verdict's sentence", () => {
    expect(page(REPORT, "/nodes/n/s")).toMatch(new RegExp(`<h2[^>]*>${LONG}</h2>`));
  });

  it("leads from a field of the ledger to its raw line", () => {
    expect(page(REPORT, "/nodes/n/s")).toContain(
      'href="/nodes/n/s/raw?file=proc%2Fmeminfo&amp;line=18#L18"',
    );
  });

  it("that is shared has no link but those within the page", () => {
    const links = [...page(REPORT).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((href) => !href?.startsWith("#"))).toEqual([]);
  });

  it("says that the ledger adds up only when it does", () => {
    expect(page(REPORT)).toContain("adds up to MemTotal, to the byte");
    const broken = { ...REPORT.composition, memTotal: 17 * MIB } as SnapshotReport["composition"];
    const text = page({ ...REPORT, ...(broken && { composition: broken }) });
    expect(text).not.toContain("adds up to MemTotal, to the byte");
    expect(text).toContain("off by");
  });

  it("names what was not measured and how far the remainder may be off", () => {
    expect(page(REPORT)).toContain("GPU driver");
    expect(page(REPORT)).toContain("two reads");
  });

  it("without MemTotal says which file would give the picture", () => {
    const { composition: _, ...rest } = REPORT;
    const text = page({ ...rest, findings: [] });
    expect(text).toContain("/proc/meminfo");
    expect(text).not.toContain("<figure");
    expect(text).toContain("No cause that Memledger knows");
  });

  it.each([
    ["inconsistent", "contradict each other"],
    ["insufficient", "too little here"],
  ] as const)("that is %s warns before the picture", (status, words) => {
    expect(page({ ...REPORT, verdict: { ...REPORT.verdict, status } })).toContain(words);
  });

  it("says per bucket what is explained and what stays unexplained", () => {
    const bytes = { lower: MIB, upper: 2 * MIB };
    expect(page({ ...REPORT, unexplained: [{ bucket: "allocpage", bytes }] })).toMatch(
      /4\.00–5\.00 MiB.* of .*6\.00 MiB.* explained, .*1\.00–2\.00 MiB.* stay unexplained/,
    );
  });

  it("shows why it is so sure, what would confirm a finding, what helps and what that costs", () => {
    const [finding] = REPORT.findings;
    const confirm = [{ command: "ss -tnmpi", proves: "Nobody reads.", risk: "None.", root: true }];
    const more = { confidenceWhy: "one look only", fix: "Read.", fixRisk: "Loses data.", confirm };
    const explains = { lower: 0, upper: MIB };
    const text = page({
      ...REPORT,
      findings: finding ? [{ ...finding, ...more, explains }] : [],
    });
    for (const words of ["one look only", "ss -tnmpi", "Nobody reads.", "Read.", "Loses data."])
      expect(text).toContain(words);
    expect(text).toContain("not explained above");
  });

  it("is drawn with every finding twice without losing one", () => {
    const text = page({ ...REPORT, findings: [...REPORT.findings, ...REPORT.findings] });
    expect(text).toContain('id="finding-1"');
    expect(text).toContain('id="finding-2"');
  });
});
