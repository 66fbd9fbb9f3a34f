import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { NodePanels } from "@/server/core/series/history";
import { MIB } from "@/server/core/units";
import { history, incident, MINUTE, START } from "./time/history.test-support";
import { TimePanels } from "./time-panels";

const NONE: NodePanels = { slabCaches: [], holders: [], cgroups: [] };
const series = (name: string, growth = 0) => ({
  name,
  points: [0, 1, 2].map((i) => ({ atMs: START + i * 5 * MINUTE, bytes: MIB * (10 + i * growth) })),
});
const draw = (panels: Partial<NodePanels>, of = incident()) =>
  renderToStaticMarkup(
    <TimePanels
      panels={{ ...NONE, ...panels }}
      history={of}
      zone="UTC"
      onZoom={() => undefined}
      onZoomBack={() => undefined}
      onMoment={() => undefined}
    />,
  );

it("each panel has a sentence, a legend and a table", () => {
  const text = draw({ slabCaches: [series("skbuff_head_cache", 70), series("dentry")] });
  expect(text.replaceAll(/<[^>]*>/g, "")).toContain(
    "skbuff_head_cache rose 140 MiB (from 10.0 MiB to 150 MiB)",
  );
  expect(text).toContain("All 3 points as a table");
  expect(text.match(/data-series/g)).toHaveLength(2);
});

it("what nobody sent is said, with what would send it", () => {
  const text = draw({});
  expect(text).toContain("No slab caches were sent in this window. The agent sends them");
  expect(text).toContain("MemAvailable was not measured in this window");
});

it("what the history knows of available memory and sockets has panels of its own", () => {
  const points = incident().points.map((each) => ({ ...each, available: 300 * MIB, sockets: MIB }));
  const text = draw({}, history(points));
  expect(text).toContain(">Available</bdi>");
  expect(text).toContain(">Sockets</bdi>");
  expect(text).not.toContain("Unexplained</bdi>");
});

it("the peak of a slot has a line only where it says more than the last sample", () => {
  const withPeak = (peak: number) =>
    incident().points.map((each) => ({ ...each, unexplained: MIB, unexplainedMax: peak }));
  expect(draw({}, history(withPeak(2 * MIB)))).toContain("Unexplained, peak of the slot");
  expect(draw({}, history(withPeak(MIB)))).not.toContain("Unexplained, peak of the slot");
});

it("names are shortened in the middle, whole in the title, and never markup", () => {
  const name = `/kubepods/<script>${"漢".repeat(190)}.scope`;
  const text = draw({ cgroups: [series(name)] });
  expect(text).toContain(`title="/kubepods/&lt;script&gt;${"漢".repeat(190)}.scope"`);
  expect(text).toMatch(/<bdi[^>]*>\/kubepods\/&lt;script&gt;漢+…漢+\.scope<\/bdi>/);
  expect(text).not.toContain("<script");
});

it("many lines are listed by the largest, the others on request", () => {
  const many = Array.from({ length: 13 }, (_, i) => series(`cache-${i}`));
  const text = draw({ slabCaches: many });
  expect(text.match(/data-series/g)).toHaveLength(8);
  expect(text).toContain("Show 5 more");
});
