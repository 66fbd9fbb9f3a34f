import { describe, expect, it } from "vitest";
import { parseFree } from "./free";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";

// Printed by procps 4.0.2 and 3.2 at one machine each.
const HEADING =
  "               total        used        free      shared  buff/cache   available\n";
const KIB_TABLE = `${HEADING}Mem:        24684100     1135376    22230452        8724     1624448    23548724\nSwap:              0           0           0\n`;
const OLD_TABLE =
  "             total       used       free     shared    buffers     cached\nMem:       8167848    7637516     530332          0     146100    4300632\n-/+ buffers/cache:    3190784    4977064\nSwap:      2097144          0    2097144\n";
const fieldsOf = (text: string, name?: string) =>
  Object.fromEntries(
    [...parseFree(text, name).value.fields].map(([field, { value }]) => [field, value]),
  );
const totalOf = (text: string, name?: string) => total(parseFree(text, name).value);
const total = (value: ReturnType<typeof parseFree>["value"]) => value.fields.get("MemTotal")?.value;

describe("free", () => {
  it("procps 3.3.10 and later: buff/cache stands for the cache", () => {
    expect(fieldsOf(KIB_TABLE)).toEqual({
      ...{ MemTotal: 24_684_100 * 1024, MemFree: 22_230_452 * 1024, Shmem: 8724 * 1024 },
      ...{ Cached: 1_624_448 * 1024, MemAvailable: 23_548_724 * 1024 },
    });
    expect(parseFree(KIB_TABLE)).toMatchObject({ skipped: [], value: { rounding: 0 } });
  });

  it("procps 2 and 3.2: buffers and cached; a shared memory of 0 is not known", () => {
    expect(fieldsOf(OLD_TABLE)).toEqual({
      ...{ MemTotal: 8_167_848 * 1024, MemFree: 530_332 * 1024 },
      ...{ Buffers: 146_100 * 1024, Cached: 4_300_632 * 1024 },
    });
  });

  it("-h with a comma or a dot, -w with seven columns", () => {
    const wide = "Mem:  23Gi  1,1Gi  21Gi  8,5Mi  59Mi  1,5Gi  22Gi";
    const { fields, rounding } = parseFree(wide).value;
    expect(fields.get("Cached")?.value).toBe(Math.round(1.5 * 1024 ** 3));
    expect(fields.get("Buffers")?.value).toBe(59 * 1024 ** 2);
    expect(rounding).toBeGreaterThan(2 * 1024 ** 3);
  });

  it("a number without a unit: by the command, by the file's name, by the pages", () => {
    const table = `${HEADING}Mem: 24105 1108 21709 8 1586 22996`;
    expect(totalOf(table)).toBe(24_105 * 1024 ** 2);
    expect(totalOf(table, "free")).toBe(24_105 * 1024 ** 2);
    expect(totalOf(KIB_TABLE, "sos_commands/memory/free")).toBe(24_684_100 * 1024);
    const gib = `${HEADING}Mem: 23 1 21 0 1 22`;
    expect(totalOf(`$ free -g\n${gib}`)).toBe(23 * 1024 ** 3);
    expect(totalOf(gib, "sos_commands/memory/free_-g")).toBe(23 * 1024 ** 3);
    expect(() => parseFree(gib)).toThrow("does not tell its unit");
    const bytes = `${HEADING}Mem: 25276518400 1162625024 22763982848 8933376 1663434752 24113893376`;
    expect(totalOf(bytes)).toBe(25_276_518_400);
  });

  it("other languages", () => {
    const german = `${HEADING}Speicher:   24684100     1135376    22230452        8724     1624448    23548724`;
    expect(totalOf(german)).toBe(24_684_100 * 1024);
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseFree, OLD_TABLE));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseFree, good: KIB_TABLE, pick: total }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseFree, good: KIB_TABLE, pick: total }),
  );
});
