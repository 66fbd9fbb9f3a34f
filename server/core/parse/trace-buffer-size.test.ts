import { describe, expect, it } from "vitest";
import { expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseTraceBufferSize } from "./trace-buffer-size";

describe("the size of the trace buffers", () => {
  it("is what is there, not what it would grow to", () => {
    expect(parseTraceBufferSize("14 (expanded: 2816)\n").value.value).toBe(14 * 1024);
    expect(parseTraceBufferSize("131072\n").value.value).toBe(128 * 1024 ** 2);
  });

  it("is a number or nothing", () => {
    expect(() => parseTraceBufferSize("X\n")).toThrow(ParseError);
    expectOnlyParseErrors(parseTraceBufferSize, "14 (expanded: 2816)");
  });
});
