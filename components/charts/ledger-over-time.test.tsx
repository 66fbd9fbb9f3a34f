import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { GIB, MIB } from "@/server/core/units";
import { LedgerOverTime } from "./ledger-over-time";
import { history, incident, MINUTE, point, START } from "./time/history.test-support";

const draw = (of: ReturnType<typeof history>, more: object = {}) =>
  renderToStaticMarkup(
    <LedgerOverTime
      history={of}
      events={[]}
      zone="UTC"
      view="whole"
      isolated={[]}
      onZoom={() => undefined}
      onZoomBack={() => undefined}
      onIsolate={() => undefined}
      onMoment={() => undefined}
      {...more}
    />,
  );

it("what the server sends has the sentence, the legend and the height of the chart", () => {
  const text = draw(incident());
  expect(text).toContain("Unaccounted memory (allocpage) rose ");
  expect(text).toContain("height:384px");
  expect(text).toContain("25 Nov 2026, 10:00 – 11:00 UTC");
  expect(text).toMatch(/title="618,659,840 bytes"/);
  expect(text).toContain("All 60 points as a table");
});

it("the legend stands in the order of the picture, top first, and lacks what nobody measured", () => {
  const text = draw(incident());
  const names = [...text.matchAll(/data-series="true"[^>]*title="([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(names).toEqual([
    "Free",
    "Unaccounted",
    "Other kernel memory",
    "Slab, unreclaimable",
    "File caches",
    "Application memory",
  ]);
});

it("what is isolated is pressed", () => {
  expect(draw(incident(), { isolated: ["anon"] }).split('aria-pressed="true"')).toHaveLength(2);
  expect(draw(incident())).not.toContain('aria-pressed="true"');
});

it("a window without samples says so and leads back", () => {
  const text = draw(history([]));
  expect(text).toContain("No sample in this window");
  expect(text).not.toContain("<table");
});

it("one sample is drawn and has no slope", () => {
  const text = draw(history([point(START + MINUTE, { anon: GIB })]));
  expect(text).toContain("One moment was measured, 10:01");
  expect(text).toContain('title="Not measured"');
});

it("events stand on the axis with their words, whatever they contain", () => {
  const event = {
    id: "1",
    node: "web-1",
    atMs: START + MINUTE,
    kind: "note",
    text: `<script>${"漢".repeat(200)}`,
  };
  const text = draw(incident(), { events: [event] });
  expect(text).toContain('aria-label="Note: &lt;script&gt;漢');
  expect(draw(incident(), { events: [{ ...event, atMs: START - MIB }] })).not.toContain("Note");
});
