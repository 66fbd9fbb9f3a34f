import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import { parseZram, type ZramDevice } from "./zram";

const MIB = 1024 ** 2;

describe("zram", () => {
  it("the path may stand before the numbers or in the prompt above them", () => {
    const { value } = parseZram(
      "/sys/block/zram0/mm_stat: 4096 64 12288 0 12288 0 0 0\n# cat /sys/block/zram1/mm_stat\n  268435456 268435456 270532608        0 270532608        0        0    65536    65536\n",
    );
    expect(value).toEqual([
      { device: "zram0", line: 1, original: 4096, compressed: 64, used: 12_288, limit: 0 },
      ...[
        { device: "zram1", line: 3, original: 268_435_456, compressed: 268_435_456 },
        // mem_used_total is more than the data: what zsmalloc needs for itself.
      ].map((device) => ({ ...device, used: 270_532_608, limit: 0 })),
    ]);
  });

  it("zramctl's rounded sizes are bytes", () => {
    const { value, skipped } = parseZram(
      "NAME       ALGORITHM DISKSIZE   DATA  COMPR  TOTAL STREAMS MOUNTPOINT\n/dev/zram0 lzo-rle         4G  1.5G  256M 267.5M       2 [SWAP]\n",
    );
    expect(skipped).toEqual([]);
    expect(value).toEqual([
      {
        device: "zram0",
        line: 2,
        original: 1536 * MIB,
        compressed: 256 * MIB,
        used: 267.5 * MIB,
      },
    ]);
  });

  it("other numbers are no devices", () => {
    expect(() => parseZram("1 2 3")).toThrow(ParseError);
  });

  const good = "/sys/block/zram0/mm_stat: 4096 64 12288 0 12288 0 0 0 0";
  const pick = (devices: readonly ZramDevice[]) => devices.map((device) => device.used);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseZram, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseZram, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseZram, good, pick }), 5000);
});
