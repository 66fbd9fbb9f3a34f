import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import type { HistoryPoint } from "@/server/core/series/history";
import { GIB, MIB } from "@/server/core/units";
import { DISPLAY_IDS, type DisplayId, visibleIds } from "./display-buckets";
import { MINUTE, point, START } from "./history.test-support";
import { pointAsJson, readingAsTsv, readingOf, spokenReading } from "./ledger-reading";
import { type LedgerPoint, ledgerPoints } from "./ledger-rows";
import { LedgerTooltip } from "./ledger-tooltip";

const folded = (...points: readonly HistoryPoint[]): readonly [LedgerPoint, LedgerPoint] => {
  const [first, last = first] = ledgerPoints(points);
  if (!first || !last) throw new Error("no point");
  return [first, last];
};
const draw = (
  [first, last]: readonly [LedgerPoint, LedgerPoint],
  { ids = DISPLAY_IDS as readonly DisplayId[], isPinned = false, zone = "UTC" } = {},
) =>
  renderToStaticMarkup(
    <LedgerTooltip
      point={last}
      first={first}
      ids={ids}
      zone={zone}
      isPinned={isPinned}
      onUnpin={() => undefined}
      onMoment={() => undefined}
    />,
  );
const text = (markup: string) => markup.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");

const RISE = folded(
  point(START, { anon: 2 * GIB, allocpage: 100 * MIB }),
  point(START + MINUTE, { anon: 2 * GIB, allocpage: 3 * GIB, vmalloc: MIB, percpu: 9 * MIB }),
);

describe("what is told of a moment", () => {
  it("buckets by size, each with its share of MemTotal and its change, and a sum that is MemTotal", () => {
    expect(text(draw(RISE))).toContain(
      "Unaccounted 3.00 GiB 37.5 % +2.90 GiB Free 2.99 GiB 37.4 % −2.91 GiB Applications 2.00 GiB 25.0 % 0 B Other kernel 10.0 MiB 0.1 % — Sum 8.00 GiB 100.0 % MemTotal 8.00 GiB 100.0 %",
    );
  });

  it("what is not drawn is one row, so that it still adds up; the other kernel memory is taken apart", () => {
    const words = text(draw(RISE, { ids: visibleIds("kernel", []) }));
    expect(words).toContain("Not drawn here 4.99 GiB");
    expect(words).toContain("Sum 8.00 GiB");
    expect(words).toContain("Other kernel: Per-CPU 9.00 MiB , vmalloc 1.00 MiB");
  });

  it("the time stands in the zone and names it", () => {
    expect(text(draw(RISE, { zone: "Asia/Kathmandu" }))).toContain(
      "25 Nov 2026, 15:46:00 UTC+5:45 Asia/Kat",
    );
  });

  it("buttons are there once it is pinned", () => {
    expect(draw(RISE)).not.toContain("<button");
    expect(text(draw(RISE, { isPinned: true }))).toMatch(/Close .*Findings at this moment TSV/);
  });

  it("a negative remainder, sockets and a damaged sum are said", () => {
    const overlap = folded(point(START, { anon: GIB, allocpage: -5 * MIB }));
    expect(text(draw(overlap))).toContain("The counters overlap by 5.00 MiB");
    const sockets = folded(point(START, { allocpage: GIB }, { sockets: 7 * MIB }));
    expect(text(draw(sockets))).toContain("Sockets, inside unaccounted: at least 7.00 MiB");
    const damaged = folded({ ...point(START), buckets: { anon: GIB } });
    expect(text(draw(damaged))).toContain("The buckets differ from MemTotal by 7.00 GiB.");
  });

  it("a MemTotal that changed has its difference", () => {
    const grown = folded(point(START), point(START + MINUTE, {}, { memTotal: 9 * GIB }));
    expect(text(draw(grown))).toContain("MemTotal 9.00 GiB 100.0 % +1.00 GiB");
  });
});

describe("what is copied", () => {
  it("exact bytes with a plain minus for a spreadsheet, and they add up", () => {
    const [first, last] = RISE;
    const reading = readingOf(last, first, ["unaccounted", "anon"]);
    const lines = readingAsTsv(reading, last.atMs, first.atMs).split("\n");
    expect(lines[0]).toContain("change in bytes since 2026-11-25T10:00:00.000Z");
    expect(lines[1]).toBe("Unaccounted\t3221225472\t37.5 %\t3116367872");
    const bytes = lines.slice(1, 4).map((line) => Number(line.split("\t")[1]));
    expect(bytes.reduce((sum, each) => sum + each, 0)).toBe(8 * GIB);
    expect(lines.join("\n")).not.toContain("−");
  });

  it("the sample as it came", () => {
    expect(JSON.parse(pointAsJson(RISE[1]))).toMatchObject({
      at: "2026-11-25T10:01:00.000Z",
      memTotal: 8 * GIB,
      buckets: { allocpage: 3 * GIB, vmalloc: MIB },
    });
  });
});

it("a moment in a few words, for those who do not see it", () => {
  expect(spokenReading(RISE[1], DISPLAY_IDS, "UTC")).toBe(
    "25 Nov 2026, 10:01:00 UTC: Unaccounted 3.00 GiB, Free 2.99 GiB, Application memory 2.00 GiB; MemTotal 8.00 GiB",
  );
});
