import { describe, expect, it } from "vitest";
import { readFixture } from "../core/parse/captures.test-support";
import type { Report } from "../core/report";
import { reportSnapshot } from "../core/report-snapshot";
import { snapshotOf } from "../core/snapshot.test-support";
import { renderMarkdown } from "./render-markdown";
import { renderText } from "./render-text";

const PLAIN = { columns: 120, hasColor: false };

function reportOf(comm = "nginx"): Report {
  const snapshot = snapshotOf(
    {
      meminfo: readFixture("seed-incident/proc/meminfo"),
      sockstat: readFixture("seed-incident/proc/net/sockstat"),
      ss: readFixture("seed-incident/ss.txt").replace("nginx", comm),
    },
    { hostname: "web-07", kernel: "4.19.91-26.al7" },
  );
  return {
    schemaVersion: 1,
    tool: { name: "memledger", version: "0" },
    snapshots: [reportSnapshot(snapshot)],
    errors: [],
  };
}

describe("the report in a terminal", () => {
  it("opens with the node and the verdict, and names the holder", () => {
    const lines = renderText(reportOf(), PLAIN).split("\n");
    expect(lines[0]).toContain("web-07");
    expect(lines[2]).toMatch(/^(SUSPECT|HELD) .*nginx \(pid 146935\)/);
  });

  it("shows a ledger that ends in MemTotal and says that it adds up", () => {
    expect(renderText(reportOf(), PLAIN)).toMatch(/MemTotal +15\.5 GiB +100\.0 % +adds up/);
  });

  it("shows no control characters of a hostile process name", () => {
    const text = renderText(reportOf("\u001b[2Jevil"), PLAIN);
    expect(text).not.toContain("\u001b");
    expect(text).toContain("·[2Jevil");
  });

  it("says per bucket what is explained, and why and what to do per finding", () => {
    const text = renderText(reportOf(), PLAIN);
    expect(text).toMatch(/allocpage +.* of .* explained, .* stay unexplained|allocpage +all of/);
    expect(text).toMatch(/^ {3}why {3}0\.95 from a snapshot/m);
    expect(text).toMatch(/^ {3}risk {2}/m);
  });

  it("names the buckets that make another tool's number differ", () => {
    expect(renderText(reportOf(), PLAIN)).toMatch(
      /free used \(procps 3\.3\) .* from ours: .*shmem −/,
    );
  });

  it("has colours only where the terminal has", () => {
    expect(renderText(reportOf(), { columns: 120, hasColor: true })).toContain("\u001b[31m");
  });
});

describe("the report in Markdown", () => {
  it("is a table that adds up, and the evidence with its place", () => {
    const text = renderMarkdown(reportOf());
    expect(text).toContain("| **MemTotal** | **15.5");
    expect(text).toContain("`ss:2`");
  });

  it("has the other tools, the confirming commands and what a fix costs", () => {
    const text = renderMarkdown(reportOf());
    expect(text).toMatch(/\| grafana-1860 \| Apps \| .* from ours: allocpage \+/);
    expect(text).toContain("- Confirm: `ss -tnmpi");
    expect(text).toContain("What it may cost: ");
    expect(text).toContain("### Explained");
  });

  it("lets nothing of a process name act as Markdown or HTML", () => {
    const text = renderMarkdown(reportOf("<script>|`x"));
    const outsideCode = text.replace(/(`+) ?.*? ?\1/g, "");
    expect(outsideCode).not.toMatch(/(^|[^\\])</);
  });
});
