import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { splitAtSizes, UnbrokenSizes } from "./unbroken-sizes";

const sizesIn = (text: string) =>
  splitAtSizes(text)
    .filter(({ isSize }) => isSize)
    .map(({ part }) => part);

describe("no line breaks between a number and its unit", () => {
  it.each([
    ["UDP socket 10.0.0.1:53 holds 2.60 GiB that nobody reads", ["2.60 GiB"]],
    ["2.10–2.60 GiB of 15.6 GiB (<0.1 %)", ["2.10–2.60 GiB", "15.6 GiB", "<0.1 %"]],
    ["known to ± 300 MiB: off by −3.00 KiB", ["± 300 MiB", "−3.00 KiB"]],
    ["512 B left", ["512 B"]],
    ["port 53 Between 2 Brokers, 100 GiBson", []],
    ["", []],
  ])("%s", (text, sizes) => {
    expect(sizesIn(text)).toEqual(sizes);
  });

  it("the text itself is unchanged", () => {
    const text = "nginx holds 2.60 GiB, 16.6 % of 15.6 GiB";
    const markup = renderToStaticMarkup(<UnbrokenSizes text={text} />);
    expect(markup.replaceAll(/<[^>]*>/g, "")).toBe(text);
    expect(markup).toContain('<span class="whitespace-nowrap">');
  });

  it("a text of a million digits is split at once", () => {
    const started = performance.now();
    splitAtSizes("1".repeat(1_000_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
