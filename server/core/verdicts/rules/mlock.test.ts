import { describe, expect, it } from "vitest";
import { readFixture } from "../../parse/captures.test-support";
import { reportSnapshot } from "../../report-snapshot";
import { snapshotOf } from "../../snapshot.test-support";
import { meminfoText } from "../meminfo-text.test-support";

const status = "/proc/7/status:Name:\telasticsearch\n/proc/7/status:VmLck:\t8388608 kB\n";
const locked = (gib: number, anon: number) =>
  meminfoText({ total: 16, anon, cache: 0.2, views: { Mlocked: gib, Unevictable: gib } });

describe("locked memory", () => {
  it("of half of RAM is named with its owner; with memory to spare nothing is wrong", () => {
    const { verdict, findings } = reportSnapshot(snapshotOf({ meminfo: locked(8, 9), status }));
    expect(verdict.status).toBe("healthy");
    expect(findings.find(({ id }) => id === "mlock")).toMatchObject({
      ...{ severity: "info", holders: [{ comm: "elasticsearch" }] },
    });
  });

  it("where memory is short is worth a look", () => {
    const { findings } = reportSnapshot(snapshotOf({ meminfo: locked(8, 15), status }));
    expect(findings.find(({ id }) => id === "mlock")).toMatchObject({ severity: "warning" });
  });

  it("of a few pages is everyday life (6.18)", () => {
    const meminfo = readFixture("live-memsnap-incident/proc/meminfo");
    const { findings } = reportSnapshot(snapshotOf({ meminfo }));
    expect(findings.map(({ id }) => id)).not.toContain("mlock");
  });
});
