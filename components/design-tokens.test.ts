import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BUCKETS } from "@/server/core/report";
import { BUCKET_PERCENT, MOST_CHANGE_PERCENT } from "./allocpage/icicle-colour";

/**
 * The promises of the palette, checked on the stylesheet itself: contrast (WCAG 2.2) and the distance between
 * the nine display colours (CIE76) for normal vision and three deficiencies.
 * Matrices: Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
 */
type Rgb = readonly [number, number, number];
type Matrix = readonly [Rgb, Rgb, Rgb];

const CSS = readFileSync(new URL("../app/globals.css", import.meta.url), "utf8");
const LIGHT = tokens(CSS.slice(CSS.indexOf('[data-theme="light"]')));
const DARK = tokens(CSS.slice(CSS.indexOf('\n[data-theme="dark"] {')));

const DISPLAY = [
  "display-anon",
  "display-shmem",
  "display-file",
  "display-hugetlb",
  "display-slab-reclaimable",
  "display-slab-unreclaimable",
  "display-kernel",
  "display-sockets",
  "display-unaccounted",
];
/** Lines that are no buckets: caches, processes, cgroups. */
const SERIES = [1, 2, 3, 4, 5, 6].map((n) => `series-${n}`);
const SEVERITY = ["healthy", "watch", "suspect", "held", "leaking", "unknown"];
const TEXT = ["ink", "muted", "faint", "accent", ...SEVERITY];
const SURFACES = ["paper", "raised", "sunken"];

const VISION: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("%s theme", (_theme, theme) => {
  it.each(TEXT)("text in %s has 4.5 : 1 on every surface", (name) => {
    for (const surface of SURFACES)
      expect(contrast(theme, name, surface), surface).toBeGreaterThanOrEqual(4.5);
  });

  it.each([...DISPLAY, ...SERIES, "free-outline", "control"])("a mark in %s has 3 : 1", (name) => {
    expect(contrast(theme, name, "paper")).toBeGreaterThanOrEqual(3);
  });

  it("the stripes of the hatch stand out from their ground", () => {
    expect(contrast(theme, "display-unaccounted", "unaccounted-ground")).toBeGreaterThanOrEqual(
      2.5,
    );
  });

  it.each([
    ...DISPLAY.map((name) => [name, BUCKET_PERCENT] as const),
    ["leaking", MOST_CHANGE_PERCENT] as const,
    ["accent", MOST_CHANGE_PERCENT] as const,
  ])("text on a frame filled with %s has 4.5 : 1", (name, percent) => {
    const fill = mix(colour(theme, name), colour(theme, "paper"), percent / 100);
    expect(contrastOf(fill, colour(theme, "ink"))).toBeGreaterThanOrEqual(4.5);
  });

  it("text on a frame that was searched for has 4.5 : 1", () => {
    expect(contrast(theme, "ink", "mark")).toBeGreaterThanOrEqual(4.5);
  });

  it("text on the accent has 4.5 : 1", () => {
    expect(contrast(theme, "on-accent", "accent")).toBeGreaterThanOrEqual(4.5);
  });

  it.each(Object.entries(VISION))("the lines of a panel stay apart for %s", (_name, matrix) => {
    expect(closestPair(SERIES.map((name) => seenAs(matrix, colour(theme, name))))).toBeGreaterThan(
      30,
    );
  });

  it.each(Object.entries(VISION))("display colours stay apart for %s", (_name, matrix) => {
    expect(closestPair(DISPLAY.map((name) => seenAs(matrix, colour(theme, name))))).toBeGreaterThan(
      18.9,
    );
  });
});

it("every bucket has a colour of its own name", () => {
  for (const id of BUCKETS) expect(CSS).toContain(`--bucket-${id}: var(--`);
});

it("the two themes define the same names", () => {
  expect([...DARK.keys()]).toEqual([...LIGHT.keys()]);
});

function tokens(css: string): Map<string, string> {
  const block = css.slice(css.indexOf("{"), css.indexOf("}"));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", hex = ""]) => [
      name,
      hex,
    ]),
  );
}

function colour(theme: ReadonlyMap<string, string>, name: string): Rgb {
  const hex = theme.get(name);
  if (!hex) throw new Error(`no token ${name}`);
  const channel = (at: number) => linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return [channel(1), channel(3), channel(5)];
}

function linear(c: number): number {
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function contrast(theme: ReadonlyMap<string, string>, a: string, b: string): number {
  return contrastOf(colour(theme, a), colour(theme, b));
}

function contrastOf(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** `color-mix(in oklab, a share, b)` of linear RGB (CSS Color 4; matrices by Ottosson). */
function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const [x, y] = [oklab(a), oklab(b)];
  const at = (i: 0 | 1 | 2) => share * x[i] + (1 - share) * y[i];
  const [l, m, s] = [
    (at(0) + 0.3963377774 * at(1) + 0.2158037573 * at(2)) ** 3,
    (at(0) - 0.1055613458 * at(1) - 0.0638541728 * at(2)) ** 3,
    (at(0) - 0.0894841775 * at(1) - 1.291485548 * at(2)) ** 3,
  ];
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function luminance([r, g, b]: Rgb): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function seenAs(matrix: Matrix, [r, g, b]: Rgb): Rgb {
  const row = ([x, y, z]: Rgb) => Math.min(1, Math.max(0, x * r + y * g + z * b));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

function lab([r, g, b]: Rgb): Rgb {
  const x = f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = f(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = f((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function f(t: number): number {
  return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116;
}

function closestPair(colours: readonly Rgb[]): number {
  const labs = colours.map(lab);
  const distances = labs.flatMap((a, i) =>
    labs.slice(i + 1).map((b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])),
  );
  return Math.min(...distances);
}
