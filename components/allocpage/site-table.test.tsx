import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { IcicleInspector } from "./icicle-inspector";
import { buildIcicle } from "./icicle-tree";
import type { ListedRow } from "./site-selection";
import { SiteTable } from "./site-table";

const LONG = "n".repeat(200);
const row = (more: Partial<ListedRow> = {}): ListedRow => ({
  id: "1",
  path: ["network", "net_rx_action", "virtnet_poll", "skb_page_frag_refill"],
  site: "skb_page_frag_refill",
  subsystem: "network",
  bucket: "allocpage",
  bytes: 32_768,
  calls: 1,
  evidence: { text: "", value: 32_768, unit: "bytes", file: "trace.txt", line: 7, raw: "raw" },
  ...more,
});
const table = (rows: readonly ListedRow[], unlistedUpTo = 0) =>
  renderToStaticMarkup(
    <SiteTable
      rows={rows}
      sort="bytes"
      hrefOf={() => "/x" as never}
      whole={65_536}
      isComparison={rows.some(({ change }) => change !== undefined)}
      unlistedUpTo={unlistedUpTo}
      base="/nodes/n/s"
    />,
  );
const inspect = (of: ListedRow, key: "root" | "leaf") => {
  const root = buildIcicle([of, row({ id: "2", path: ["other"], site: "other" })], "all");
  let node = root;
  if (key === "leaf") for (const _ of of.path) node = node.children[0] ?? node;
  return renderToStaticMarkup(
    <IcicleInspector node={node} root={root} isComparison={false} base="/nodes/n/s" />,
  );
};

it("a row leads to its line, and names its callers from the inside out", () => {
  const text = table([row()]);
  expect(text).toContain('href="/nodes/n/s/raw?file=trace.txt&amp;line=7#L7"');
  expect(text).toContain("← virtnet_poll ← net_rx_action");
  expect(text).toContain("50.0 %");
});

it("what was not listed before is not called nothing", () => {
  expect(table([row({ change: 32_768 })], 4_096)).toMatch(/below .*4\.00/);
  expect(table([row({ change: 32_768 })])).toContain("none");
  expect(table([row({ change: -1_024, before: 33_792 })])).toContain("−1.00 KiB");
});

it("of a trace both are told: what was allocated, and what of it is kept", () => {
  const traced = row({ allocated: { bytes: 65_536, calls: 12 } });
  expect(table([traced])).toContain("of 12");
  const text = inspect(traced, "leaf");
  expect(text).toContain("Kept");
  expect(text).toContain("Allocated");
});

it("the inspector tells order and the task that ran, and how many sites lie below a frame", () => {
  const text = inspect(row({ order: 3, task: { pid: 68, comm: "nginx" } }), "leaf");
  expect(text).toMatch(/Order.*3/s);
  expect(text).toContain("nginx · pid 68");
  expect(inspect(row(), "root")).toMatch(/Sites.*2/s);
});

it("names of 200 characters and two rows of one id are drawn", () => {
  const text = table([row({ site: LONG }), row({ site: LONG })]);
  expect(text.split(`title="${LONG}"`)).toHaveLength(3);
});
