import { describe, expect, it } from "vitest";
import { writeSubtraction } from "./subtraction";

const part = (id: string, bytes: number) => ({ id, label: id, bytes, evidence: [] });

describe("the written subtraction", () => {
  it("ends with what is left of MemTotal", () => {
    const lines = writeSubtraction({
      bytes: 30,
      ledger: [part("memTotal", 100), part("anon", -60), part("free", -10)],
    });
    expect(lines.map(({ sign, bytes, left }) => [sign, bytes, left])).toEqual([
      ["", 100, 100],
      ["−", 60, 40],
      ["−", 10, 30],
      ["=", 30, 30],
    ]);
  });

  it("adds a part back with a plus sign when the counters overlap", () => {
    const lines = writeSubtraction({ bytes: 55, ledger: [part("memTotal", 50), part("x", 5)] });
    expect(lines.map(({ sign, bytes }) => `${sign}${bytes}`)).toEqual(["50", "+5", "=55"]);
  });

  it("does not subtract the remainder from itself when the ledger carries it", () => {
    const ledger = [part("memTotal", 100), part("anon", -60), part("allocpage", 40)];
    expect(writeSubtraction({ bytes: 40, ledger }).map(({ id }) => id)).toEqual([
      "memTotal",
      "anon",
      "allocpage",
    ]);
  });

  it("writes nothing without MemTotal", () => {
    expect(writeSubtraction({ bytes: 0, ledger: [] })).toEqual([]);
  });
});
