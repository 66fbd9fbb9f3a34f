import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type KernelCmdline, parseKernelCmdline } from "./kernel-cmdline";
import { ParseError } from "./parsed";

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const asked = (text: string) => parseKernelCmdline(text).value.hugepages;

describe("kernel command line", () => {
  it("huge pages belong to the size that stands before them", () => {
    expect(
      asked(
        "BOOT_IMAGE=/vmlinuz root=/dev/sda2 hugepagesz=1G hugepages=224 hugepagesz=2M hugepages=512",
      ),
    ).toEqual([
      { pageSize: GIB, count: 224 },
      { pageSize: 2 * MIB, count: 512 },
    ]);
  });

  it("without a size they are of the default size; nodes are added up", () => {
    expect(asked("ro root=/dev/sda2 hugepages=0:64,1:32")).toEqual([{ count: 96 }]);
    expect(asked("ro root=/dev/sda2 default_hugepagesz=1G hugepages=8")).toEqual([
      { pageSize: GIB, count: 8 },
    ]);
  });

  it("none are asked for on most machines, and other text is no command line", () => {
    expect(asked("BOOT_IMAGE=/vmlinuz root=/dev/sda2 ro quiet")).toEqual([]);
    expect(() => parseKernelCmdline("nginx: worker process")).toThrow(ParseError);
  });

  const good = "BOOT_IMAGE=/vmlinuz hugepagesz=1G hugepages=224";
  const pick = (value: KernelCmdline) => value.hugepages;
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseKernelCmdline, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseKernelCmdline, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseKernelCmdline, good, pick }),
    5000,
  );
});
