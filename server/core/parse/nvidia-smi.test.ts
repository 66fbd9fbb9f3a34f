import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { type NvidiaGpus, parseNvidiaSmi } from "./nvidia-smi";
import { ParseError } from "./parsed";

const MIB = 1024 ** 2;
/** Written from the layout of nvidia-smi 470; the numbers are made up. */
const TABLE = `+-----------------------------------------------------------------------------+
| NVIDIA-SMI 470.57.02    Driver Version: 470.57.02    CUDA Version: 11.4     |
|===============================+======================+======================|
|   0  Tesla V100-SXM2...  On   | 00000000:1A:00.0 Off |                    0 |
| N/A   35C    P0    43W / 300W |   1234MiB / 16160MiB |      0%      Default |
+-----------------------------------------------------------------------------+
| Processes:                                                                  |
|  GPU   GI   CI        PID   Type   Process name                  GPU Memory |
|    0   N/A  N/A      2345      C   python                           1231MiB |
+-----------------------------------------------------------------------------+`;
const QUERY = `==============NVSMI LOG==============

Attached GPUs                             : 1
GPU 00000000:1A:00.0
    FB Memory Usage
        Total                             : 16160 MiB
        Reserved                          : 312 MiB
        Used                              : 1234 MiB
        Free                              : 14614 MiB
    BAR1 Memory Usage
        Total                             : 16384 MiB
        Used                              : 4 MiB
    Processes
        Process ID                        : 2345
            Type                          : C
            Name                          : python
            Used GPU Memory               : 1231 MiB
`;
const CSV = "pid, process_name, used_gpu_memory [MiB]\n2345, python, 1231 MiB\n77, x, [N/A]\n";

const card = [{ used: 1234 * MIB, total: 16_160 * MIB }];
const python = { pid: 2345, name: "python", used: 1231 * MIB };

describe("nvidia-smi", () => {
  it.each([
    ["table", TABLE],
    ["-q", QUERY],
  ])("as a %s: the cards' own memory and who uses it", (_form, text) => {
    const { value } = parseNvidiaSmi(text);
    expect(value.gpus).toMatchObject(card);
    expect(value.gpus).toHaveLength(1);
    expect(value.processes).toMatchObject([python]);
  });

  it("as csv of processes; N/A is not known", () => {
    const { value, skipped } = parseNvidiaSmi(CSV);
    expect(skipped).toEqual([]);
    expect(value.processes).toMatchObject([python, { pid: 77, name: "x" }]);
    expect(value.processes[1]).not.toHaveProperty("used");
  });

  it("as csv of cards, in the order of its heading", () => {
    const text = "index, memory.total [MiB], memory.used [MiB]\n0, 16160 MiB, 1234 MiB\n";
    expect(parseNvidiaSmi(text).value.gpus).toMatchObject(card);
  });

  it("without a card it is an error", () => {
    expect(() => parseNvidiaSmi("NVIDIA-SMI has failed because it couldn't communicate")).toThrow(
      ParseError,
    );
  });

  const good = "2345, python, 1231 MiB";
  const pick = (value: NvidiaGpus) => value.processes.map(({ pid, used }) => [pid, used]);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseNvidiaSmi, TABLE + QUERY));
  it("a good line is never lost", () => expectNeverLost({ parse: parseNvidiaSmi, good, pick }));
  it(
    "10 MB lines take linear time",
    () => expectLinear({ parse: parseNvidiaSmi, good, pick }),
    5000,
  );
});
