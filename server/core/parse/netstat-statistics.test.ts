import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseNetstatStatistics } from "./netstat-statistics";

// Printed by net-tools 2.10 of Debian 12 on 6.18, shortened.
const GOOD = `Tcp:
    3092 active connection openings
    4 connections established
Udp:
    7496 packets received
    5281790 packet receive errors
    5281790 receive buffer errors
TcpExt:
    287 packets pruned from receive queue because of socket buffer overrun
    49 packets pruned from receive queue
    Quick ack mode was activated 1125 times
    771167 packets collapsed in receive queue due to low socket buffer
    TCPBacklogCoalesce: 6291
    TCP ran low on memory 5 times
`;
const OPEN = fileURLToPath(
  new URL("../../../../shared/corpus/open/insights-parser-samples/netstat/", import.meta.url),
);
const valuesOf = (text: string) =>
  Object.fromEntries(
    [...parseNetstatStatistics(text).value].map(([name, { value }]) => [name, value]),
  );

describe("netstat -s", () => {
  it("counters in words and by name, under the kernel's names", () => {
    expect(valuesOf(GOOD)).toEqual({
      ...{ "Tcp.CurrEstab": 4, "Udp.InDatagrams": 7496, "Udp.InErrors": 5_281_790 },
      ...{ "Udp.RcvbufErrors": 5_281_790, "TcpExt.PruneCalled": 287, "TcpExt.RcvPruned": 49 },
      ...{ "TcpExt.TCPRcvCollapsed": 771_167, "TcpExt.TCPBacklogCoalesce": 6291 },
      ...{ "TcpExt.TCPMemoryPressures": 5 },
    });
    expect(parseNetstatStatistics(GOOD).skipped).toEqual([]);
  });

  it("keeps good lines next to bad ones; the same words elsewhere are not the counter", () => {
    const bad = `netstat: cannot open\n${GOOD}IpExt:\n    9 segments received\n    ????\n`;
    expect(valuesOf(bad)).toEqual(valuesOf(GOOD));
    expect(parseNetstatStatistics(bad).skipped.map(({ line }) => line)).toEqual([1, 18]);
  });

  it.skipIf(!existsSync(OPEN))("a public capture, without a line passed over", () => {
    const { value, skipped } = parseNetstatStatistics(readFileSync(`${OPEN}netstat_s.txt`, "utf8"));
    expect(skipped).toEqual([]);
    expect(value.get("Tcp.CurrEstab")).toEqual({ value: 139, line: 35 });
    expect(value.get("IpExt.InOctets")?.value).toBe(865_450_302);
  });

  it("never throws anything but ParseError", () =>
    expectOnlyParseErrors(parseNetstatStatistics, GOOD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({
      parse: parseNetstatStatistics,
      good: GOOD,
      pick: (value) => value.get("TcpExt.TCPRcvCollapsed")?.value,
    }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({
      parse: parseNetstatStatistics,
      good: GOOD,
      pick: (value) => value.get("TcpExt.TCPRcvCollapsed")?.value,
    }),
  );
});
