import { describe, expect, it } from "vitest";
import {
  formatByteRange,
  formatBytes,
  formatBytesDifference,
  formatCount,
  formatExactBytes,
  formatPercent,
} from "./format-bytes";
import { GIB, KIB, MIB } from "./units";

describe("sizes", () => {
  it.each([
    [0, "0 B"],
    [512, "512 B"],
    [1023, "1023 B"],
    [1536, "1.50 KiB"],
    [2.6 * GIB, "2.60 GiB"],
    [15.64 * GIB, "15.6 GiB"],
    [9.996 * MIB, "10.0 MiB"],
    [99.96 * MIB, "100 MiB"],
    [131_908 * KIB, "129 MiB"],
    [1023.7 * KIB, "1.00 MiB"],
    [3.2 * 1024 * GIB, "3.20 TiB"],
  ])("%d bytes are shown with three digits and an IEC unit", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("a negative remainder keeps its sign", () => {
    expect(formatBytes(-3 * MIB)).toBe("−3.00 MiB");
  });

  it("a difference says which way it goes", () => {
    expect(formatBytesDifference(3 * MIB)).toBe("+3.00 MiB");
    expect(formatBytesDifference(-3 * MIB)).toBe("−3.00 MiB");
    expect(formatBytesDifference(0)).toBe("0 B");
  });
});

describe("bounds", () => {
  it("share their unit when they have the same", () => {
    expect(formatByteRange({ lower: 2.1 * GIB, upper: 2.6 * GIB })).toBe("2.10–2.60 GiB");
  });
  it("keep both units when they differ", () => {
    expect(formatByteRange({ lower: 3 * MIB, upper: 2 * GIB })).toBe("3.00 MiB – 2.00 GiB");
  });
  it("are one number when they agree", () => {
    expect(formatByteRange({ lower: GIB, upper: GIB })).toBe("1.00 GiB");
  });
  it("without a lower bound say only how much at most", () => {
    expect(formatByteRange({ lower: 0, upper: GIB })).toBe("up to 1.00 GiB");
  });
});

describe("shares and counts", () => {
  it("a share that is not zero never reads as zero", () => {
    expect(formatPercent(1, 100_000)).toBe("< 0.1 %");
    expect(formatPercent(0, 100)).toBe("0 %");
  });
  it("a share of nothing is unknown", () => {
    expect(formatPercent(1, 0)).toBe("—");
  });
  it("a negative share keeps its sign", () => {
    expect(formatPercent(-5, 100)).toBe("−5.0 %");
  });
  it("the exact number names bytes and whole pages", () => {
    expect(formatExactBytes(8192, 4096)).toBe("8,192 bytes = 2 pages of 4.00 KiB");
    expect(formatExactBytes(100, 4096)).toBe("100 bytes");
  });
  it("counts are grouped", () => {
    expect(formatCount(15_033)).toBe("15,033");
  });
});
