import { describe, expect, it } from "vitest";
import { type DmaBufs, parseDmaBuf } from "./dma-buf";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";

/** Written from the layout of drivers/dma-buf/dma-buf.c; the numbers are made up. */
const BUFINFO = `
Dma-buf Objects:
size    \tflags   \tmode    \tcount   \texp_name\tino     \tname    
08294400\t00000002\t00080007\t00000003\tsystem\t00012345\t<none>
\tAttached Devices:
\tfd000000.gpu
Total 1 devices attached

33177600\t00000002\t00080007\t00000002\tdrm\t00012346\tframe
\tAttached Devices:
Total 0 devices attached

04096000\t00000002\t00080007\t00000002\tsystem\t00012347\t<none>
Total 3 objects, 45568000 bytes
`;

describe("dma-buf bufinfo", () => {
  it("is added up by exporter; the total is the kernel's own", () => {
    const { value, skipped } = parseDmaBuf(BUFINFO);
    expect(value).toEqual({
      total: { value: 45_568_000, line: 14 },
      count: 3,
      byExporter: [
        { exporter: "drm", bytes: 33_177_600, count: 1, line: 9 },
        { exporter: "system", bytes: 12_390_400, count: 2, line: 4 },
      ],
    });
    expect(skipped.map((line) => line.text.trim())).toEqual(["fd000000.gpu"]);
  });

  it("cut before its total, the rows are added up", () => {
    const { value } = parseDmaBuf(BUFINFO.slice(0, BUFINFO.indexOf("Total 3 objects")));
    expect([value.total.value, value.count]).toEqual([45_568_000, 3]);
  });

  it("the heading alone says nothing", () => {
    expect(() => parseDmaBuf("Dma-buf Objects:")).toThrow(ParseError);
  });

  const good = "08294400\t00000002\t00080007\t00000003\tsystem\t00012345\t<none>";
  const pick = (value: DmaBufs) => value.total.value;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseDmaBuf, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseDmaBuf, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseDmaBuf, good, pick }), 5000);
});
