import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type Meminfo, parseMeminfo } from "./meminfo";
import { ParseError } from "./parsed";

const KIB = 1024;
const read = (text: string, field: string) => parseMeminfo(text).value.get(field)?.value;

describe("meminfo of a real node", () => {
  it("is read whole, in bytes, with the line of every field (6.18)", () => {
    const { value, skipped } = parseMeminfo(readFixture("live-memsnap-incident/proc/meminfo"));
    expect(skipped).toEqual([]);
    expect(value.size).toBe(54);
    expect(value.get("MemTotal")).toEqual({ value: 24_684_096 * KIB, line: 1 });
    expect(value.get("Active(file)")).toEqual({ value: 4_437_372 * KIB, line: 11 });
  });

  it("keeps huge page counts as counts", () => {
    expect(read("HugePages_Total:   53342\nHugepagesize:       2048 kB", "HugePages_Total")).toBe(
      53_342,
    );
  });

  const pageTables = "blog-postgres-pagetables-18g/proc/meminfo";
  it.skipIf(!hasCapture(pageTables))("may be a paste of one line", () => {
    const { value } = parseMeminfo(readCapture(pageTables));
    expect([...value]).toEqual([["PageTables", { value: 19_215_332 * KIB, line: 1 }]]);
  });

  const vendor = "vendor-memkernel-455g/proc/meminfo";
  it.skipIf(!hasCapture(vendor))("may hold fields of a vendor's kernel", () => {
    const { value, skipped } = parseMeminfo(readCapture(vendor));
    expect(value.get("MemKernel")).toEqual({ value: 32_972_656 * KIB, line: 4 });
    expect(skipped).toEqual([]);
  });

  const old = "lore-slabstats-dirty-7g-2.6.12/proc/meminfo";
  it.skipIf(!hasCapture(old))("has no AnonPages on 2.6.12: absent, not zero", () => {
    const { value } = parseMeminfo(readCapture(old));
    expect(value.has("AnonPages")).toBe(false);
    expect(value.get("Slab")?.value).toBe(364_192 * KIB);
  });
});

describe("meminfo of odd make", () => {
  it("arm64 pads ShadowCallStack without a space", () => {
    expect(read("ShadowCallStack:10373888 kB", "ShadowCallStack")).toBe(10_373_888 * KIB);
  });

  it("a vendor's field without a colon counts if it has the unit", () => {
    expect(read("MemFree+FreePCP   123 kB", "MemFree+FreePCP")).toBe(123 * KIB);
    expect(() => parseMeminfo("about 123 things")).toThrow(ParseError);
  });

  it("the table of 2.4 on top is reported, the fields below it are read", () => {
    const text = [
      "        total:    used:    free:  shared: buffers:  cached:",
      "Mem:  64802816 62693376  2109440        0 11227136 27783168",
      "MemTotal:        63284 kB",
    ].join("\n");
    const { value, skipped } = parseMeminfo(text);
    expect(value.get("MemTotal")).toEqual({ value: 63_284 * KIB, line: 3 });
    expect(skipped.map((line) => line.line)).toEqual([1, 2]);
  });

  it("CRLF, tabs, non-breaking spaces, quoting, a byte order mark and empty lines do not matter", () => {
    const text =
      "\uFEFFMemTotal:\t1\u00a0kB\r\n\r\n> MemFree:\u00a0\u00a02 kB\r\n> > Slab:  3 KB\n";
    const values = [...parseMeminfo(text).value].map(([name, { value }]) => [name, value / KIB]);
    expect(values).toEqual([
      ["MemTotal", 1],
      ["MemFree", 2],
      ["Slab", 3],
    ]);
  });

  it("two columns of a forum paste are two fields", () => {
    const text = "MemTotal:  16 kB   MemFree:  4 kB";
    expect([read(text, "MemTotal"), read(text, "MemFree")]).toEqual([16 * KIB, 4 * KIB]);
  });

  it("a remark after a value does not spoil it; a second number does", () => {
    expect(read("Slab:  3 kB  <-- look here", "Slab")).toBe(3 * KIB);
    expect(() => parseMeminfo("Slab:  3 4 kB")).toThrow(ParseError);
  });

  it("the first of two equal fields counts, the second is reported", () => {
    const { value, skipped } = parseMeminfo("Slab: 1 kB\nSlab: 2 kB");
    expect(value.get("Slab")).toEqual({ value: KIB, line: 1 });
    expect(skipped).toEqual([{ line: 2, text: "Slab: 2 kB" }]);
  });

  it("a field called __proto__ is a field like any other", () => {
    const { value } = parseMeminfo("__proto__: 7 kB\nconstructor: 8 kB");
    expect([...value.keys()]).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["value"]).toBeUndefined();
  });

  it("a counter below zero, printed unsigned, is absent and reported", () => {
    const { value, skipped } = parseMeminfo("Committed_AS: 18446744073709551612 kB\nSlab: 1 kB");
    expect([...value.keys()]).toEqual(["Slab"]);
    expect(skipped.map(({ line }) => line)).toEqual([1]);
    expect(() => parseMeminfo(`Slab: ${"9".repeat(400)} kB`)).toThrow(ParseError);
  });

  it("the address space of five page table levels is more than any memory, and a number all the same", () => {
    expect(read("VmallocTotal: 13743895347199 kB", "VmallocTotal")).toBe(13_743_895_347_199 * KIB);
  });

  it("text without a single field is an error that quotes it", () => {
    expect(() => parseMeminfo("cat: /proc/meminfo: Permission denied")).toThrow(
      'meminfo: nothing readable; it begins "cat: /proc/meminfo: Permission denied"',
    );
    expect(() => parseMeminfo("\n \n")).toThrow("the text is empty");
  });
});

describe("meminfo of hostile make", () => {
  const good = "MemTotal:        2974936 kB";
  const pick = (value: Meminfo) => value.get("MemTotal")?.value;

  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseMeminfo, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseMeminfo, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseMeminfo, good, pick }));

  it("no more than a thousand bad lines are kept, each cut", () => {
    const { skipped } = parseMeminfo(`${`${"?".repeat(900)}\n`.repeat(3000)}${good}`);
    expect(skipped).toHaveLength(1000);
    expect(skipped[0]?.text).toHaveLength(401);
  });
});
