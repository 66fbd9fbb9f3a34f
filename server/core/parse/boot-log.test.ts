import { describe, expect, it } from "vitest";
import { type BootLog, parseBootLog } from "./boot-log";
import { hasCapture, readCapture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";

const KIB = 1024;
const GIB = KIB ** 3;

describe("boot log", () => {
  const capture = "hotsos-k8s-worker-2004/sos_commands/kernel/dmesg";
  it.skipIf(!hasCapture(capture))("memory, per-CPU chunk and huge pages (5.4)", () => {
    const text = readCapture(capture);
    const { value } = parseBootLog(text);
    const [, available, installed] = /Memory: (\d+)K\/(\d+)K available/.exec(text) ?? [];
    expect(value.available?.value).toBe(Number(available) * KIB);
    expect(value.installed?.value).toBe(Number(installed) * KIB);
    expect(value.percpuPagesPerCpu?.value).toBeGreaterThan(0);
    expect(value.hugepages.map(({ pageSize }) => pageSize)).toContain(GIB);
  });

  it("a crash kernel is memory set aside, low and high together", () => {
    const { value } = parseBootLog(
      "[    0.000000] Reserving 256MB of memory at 2752MB for crashkernel (System RAM: 16383MB)\n[    0.0] crashkernel low reserved: 0x1 - 0x2 (128 MB)\n",
    );
    expect(value.crashkernel).toEqual({ value: 384 * KIB ** 2, line: 2 });
  });

  it("of two boots in a journal the last counts", () => {
    const boot = (kib: number) =>
      `Nov 22 20:00:01 a kernel: Linux version 6.1\nNov 22 20:00:01 a kernel: Memory: ${kib}K/${kib + 9}K available (x)\n`;
    expect(parseBootLog(boot(100) + boot(200)).value.available).toEqual({
      ...{ value: 200 * KIB, line: 4 },
    });
  });

  const good = "[    0.1] HugeTLB registered 1.00 GiB page size, pre-allocated 224 pages";
  const pick = (value: BootLog) => value.hugepages.map(({ value: count }) => count);
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parseBootLog, good));
  it("a good line is never lost", () => expectNeverLost({ parse: parseBootLog, good, pick }));
  it("10 MB lines take linear time", () => expectLinear({ parse: parseBootLog, good, pick }), 5000);
});
