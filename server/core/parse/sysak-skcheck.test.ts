import { describe, expect, it } from "vitest";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { parseSkcheck } from "./sysak-skcheck";

// Written from the tool's source, one for each of its three versions.
const OLD = `tx_queue 0K rx_queue 3072K queue_total 3072K tcp_mem 128816K
tcp memleak tcp_mem:128816K tx_rx queue:3072K

task hold memory:
task nginx:1163 mem 3000K
task 10.0.0.5:22 mem 72K
`;
const WITH_FD = `tx_queue 4.0K rx_queue 3072.0K queue_total 3076.0K tcp_mem 4096K
task nginx,pid=1163,fd=11 ip:10.0.0.5:80  mem 3000.5K
task nginx,pid=1163,fd=12 ip:10.0.0.5:80  mem 3.0K
`;
const OVERVIEW = `memory overview:
tx_queue 0.0K rx_queue 186563.3125K queue_total 186563.3125K tcp_mem 187128K

task txrx queue memory:
task my server ip:127.0.0.1:9000  tcpmem 124376.0K
task sshd ip:unknow  tcpmem 2.0K
`;
const total = (value: ReturnType<typeof parseSkcheck>["value"]) =>
  value.sockstat.get("TCP.mem")?.value;

describe("sysak skcheck", () => {
  it("tasks by pid; an address alone has no task", () => {
    const { value, skipped } = parseSkcheck(OLD);
    expect(skipped).toEqual([]);
    expect(value.sockstat.get("TCP.mem")).toEqual({ value: 128_816 / 4, line: 1 });
    expect(value.rows).toMatchObject([
      { users: [{ comm: "nginx", pid: 1163 }], skmem: { r: 3000 * 1024, t: 0 }, line: 5 },
      { users: [], local: "10.0.0.5:22", skmem: { r: 72 * 1024, t: 0 } },
    ]);
  });

  it("tasks by descriptor; what may have been sent does not count as received", () => {
    const { rows } = parseSkcheck(WITH_FD).value;
    expect(rows).toMatchObject([
      {
        ...{ users: [{ comm: "nginx", pid: 1163, fd: 11 }], local: "10.0.0.5:80" },
        skmem: { r: 2996.5 * 1024, t: 4096 },
      },
      { users: [{ comm: "nginx", pid: 1163, fd: 12 }], skmem: { r: 0, t: 3 * 1024 } },
    ]);
  });

  it("tasks by name and address, without a pid", () => {
    const { value, skipped } = parseSkcheck(OVERVIEW);
    expect(skipped).toEqual([]);
    expect(total(value)).toBe(46_782);
    expect(value.rows).toMatchObject([
      { users: [], local: "127.0.0.1:9000", skmem: { r: 124_376 * 1024 } },
      { users: [], skmem: { r: 2048 } },
    ]);
  });

  it("keeps good lines next to bad ones", () => {
    const { value, skipped } = parseSkcheck(`${OLD}task broken mem K\nTraceback:\n`);
    expect(value.rows).toHaveLength(2);
    expect(skipped.map(({ line }) => line)).toEqual([7, 8]);
    expect(() => parseSkcheck("sysak: command not found")).toThrow("sysak skcheck");
  });

  it("never throws anything but ParseError", () => expectOnlyParseErrors(parseSkcheck, WITH_FD));
  it("is not disturbed by what stands around it", () =>
    expectNeverLost({ parse: parseSkcheck, good: OVERVIEW, pick: total }));
  it("takes linear time", { timeout: 60_000 }, () =>
    expectLinear({ parse: parseSkcheck, good: OVERVIEW, pick: total }),
  );
});
