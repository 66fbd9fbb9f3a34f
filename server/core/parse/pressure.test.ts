import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { type Pressure, parsePressure } from "./pressure";

describe("pressure", () => {
  it("is read whole: percent and microseconds (6.18)", () => {
    const { value, skipped } = parsePressure(
      readFixture("live-memsnap-incident/proc/pressure/memory"),
    );
    expect(skipped).toEqual([]);
    expect(value).toEqual({
      some: { line: 1, avg10: 0, avg60: 0, avg300: 0, totalMicroseconds: 909_117 },
      full: { line: 2, avg10: 0, avg60: 0, avg300: 0, totalMicroseconds: 423_905 },
    });
  });

  const cpu = "sysstat-root1-8g/proc/pressure/cpu";
  it.skipIf(!hasCapture(cpu))("a kernel that prints no full line has none", () => {
    expect(Object.keys(parsePressure(readCapture(cpu)).value)).toEqual(["some"]);
  });

  it("the first of two equal lines counts", () => {
    const line = (avg: string) => `some avg10=${avg} avg60=0.00 avg300=0.00 total=0`;
    const { value, skipped } = parsePressure(`${line("1.50")}\n${line("2.50")}`);
    expect(value.some?.avg10).toBe(1.5);
    expect(skipped).toHaveLength(1);
  });

  it("a kernel without the feature gives an error", () => {
    expect(() => parsePressure("cat: /proc/pressure/memory: Operation not supported")).toThrow(
      ParseError,
    );
  });

  const good = "full avg10=0.00 avg60=12.34 avg300=0.00 total=5";
  const pick = (value: Pressure) => value.full?.avg60;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parsePressure, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parsePressure, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parsePressure, good, pick }),
    5000,
  );
});
