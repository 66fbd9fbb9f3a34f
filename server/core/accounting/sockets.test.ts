import { describe, expect, it } from "vitest";
import { readFixture } from "../parse/captures.test-support";
import type { NodeFacts } from "../report";
import { snapshotOf } from "../snapshot.test-support";
import { GIB, KIB, MIB } from "../units";
import { composeSockets } from "./sockets";

/** One ss row, as `ss -tnmpe` prints it. */
function row(of: {
  q: number;
  r: number;
  peer?: string;
  local?: string;
  info?: string;
  users?: string;
  ino?: number;
}): string {
  const {
    q,
    r,
    peer = "127.0.0.1:40000",
    local = "127.0.0.1:80",
    info = "",
    users = 'users:(("app",pid=7,fd=3))',
    ino = 1,
  } = of;
  return `ESTAB ${q} 0 ${local} ${peer} ${users} ino:${ino} sk:1 <-> skmem:(r${r},rb999999,t0,tb87040,f0,w0,o0,bl0,d0) ${info}\n`;
}

function upperOf(ss: string, node: Partial<NodeFacts> = {}): number {
  return composeSockets(snapshotOf({ ss }, node), 0)?.sockets[0]?.retained.upper ?? 0;
}

describe("the bound of one local queue", () => {
  // Loopback generator: 10-byte and 1-byte messages, each pinning its own 32 KiB block (measured truth).
  it.each([
    { r: 979_200, q: 163_840, truth: 512 },
    { r: 496_256, q: 81_920, truth: 256 },
    { r: 422_528, q: 8_192, truth: 256 },
    { r: 4_513_664, q: 4_096_000, truth: 256 },
    { r: 135_296, q: 20_480, truth: 64 },
  ])(
    "is at least the truth and at most a fifth more: r=$r q=$q held $truth MiB",
    ({ r, q, truth }) => {
      const upper = upperOf(row({ q, r })) / MIB;
      expect(upper).toBeGreaterThanOrEqual(truth);
      expect(upper).toBeLessThan(truth * 1.2);
    },
  );

  it("falls to one page per slice where high-order fragments are switched off", () => {
    const ss = row({ q: 8_192, r: 422_528 });
    const sysctl = { "net.core.high_order_alloc_disable": "1" };
    const upper = composeSockets(snapshotOf({ ss, sysctl }), 0)?.sockets[0]?.retained.upper;
    expect(upper).toBe(8_192 * 4 * KIB);
  });
});

describe("the bound of a queue that a NIC filled", () => {
  const peer = "10.0.2.2:33920";
  const info = "bytes_received:55220 data_segs_in:502";

  it("counts receive buffers of 1,536 bytes, or unread segments, whichever are fewer", () => {
    expect(upperOf(row({ q: 55_220, r: 530_176, peer, info }), { kernel: "6.1.0-50-amd64" })).toBe(
      Math.ceil(530_176 / 1_536) * 32 * KIB,
    );
  });

  it("is the charged memory alone when every segment was small enough to be copied", () => {
    // 10-byte messages in 76-byte frames: 255 bytes of truesize each, order 3 empty in the census.
    const tiny = "bytes_received:71900 data_segs_in:7190";
    expect(upperOf(row({ q: 71_900, r: 255 * 7_190, peer, info: tiny }), { kernel: "6.1.0" })).toBe(
      255 * 7_190,
    );
  });

  it("counts single pages from kernel 7 on", () => {
    const upper = upperOf(row({ q: 55_220, r: 530_176, peer, info }), { kernel: "7.2.0" });
    expect(upper).toBe(Math.ceil(530_176 / 1_536) * 4 * KIB);
  });
});

describe("the bound by packet descriptors", () => {
  it("is 8.26 GiB for the 15,033 descriptors of the incident", () => {
    const slabinfo = readFixture("seed-incident/proc/slabinfo");
    const view = composeSockets(
      snapshotOf({ slabinfo, ss: readFixture("seed-incident/ss.txt") }),
      0,
    );
    expect((view?.skbBound?.bytes ?? 0) / GIB).toBeCloseTo(8.26, 2);
    expect(view?.skbBound?.formula).toBe("15033 skbs × (1 + 17) × 8 pages × 4096 bytes");
  });
});

describe("holders", () => {
  it("are the processes that should read, the one that holds most first", () => {
    const view = composeSockets(
      snapshotOf({
        ss: readFixture("live-memsnap-incident/t1/ss-tcp"),
        stat: readFixture("live-memsnap-incident/pids.stat"),
      }),
      2_500 * MIB,
    );
    expect(view?.holders[0]).toMatchObject({
      pid: 1163,
      comm: "nginx",
      state: "T",
      socketCount: 30,
      ports: ["18080"],
    });
    expect(view?.holders[0]?.shareOfUnexplained).toBeGreaterThan(2_400 * MIB);
  });

  it("are found through fd links where ss was run without root", () => {
    const ss = row({ q: 100, r: 9_000, users: "", ino: 4711 });
    const view = composeSockets(snapshotOf({ ss, fd: "/proc/42/fd/9 socket:[4711]\n" }), 0);
    expect(view?.sockets[0]).toMatchObject({ pid: 42, fd: 9 });
  });

  it("get the descriptor that netstat does not print from the fd links", () => {
    const netstat = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       User       Inode      PID/Program name     Timer
tcp      100      0 127.0.0.1:80            127.0.0.1:40000         ESTABLISHED 0          4711       42/app               off (0.00/0/0)
`;
    const view = composeSockets(snapshotOf({ netstat, fd: "/proc/42/fd/9 socket:[4711]\n" }), 0);
    expect(view?.sockets[0]).toMatchObject({ pid: 42, comm: "app", fd: 9 });
  });

  it("are the listener's owner for connections that nobody has accepted, a stopped one first", () => {
    const listen =
      'LISTEN 2 511 127.0.0.1:80 0.0.0.0:* users:(("web",pid=10,fd=5),("web",pid=11,fd=5)) ino:5 sk:2 <-> skmem:(r0,rb1,t0,tb1,f0,w0,o0,bl0,d0)\n';
    const waiting = row({ q: 60, r: 3_000, users: "", ino: 0 });
    const stat = "11 (web) T 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1 1 1 1\n";
    const view = composeSockets(snapshotOf({ ss: listen + waiting, stat }), 0);
    expect(view?.holders[0]).toMatchObject({ pid: 11, socketCount: 1, waitingConnections: 2 });
    expect(view?.sockets.find((socket) => socket.isInAcceptQueue)?.pid).toBe(11);
  });

  it("are the readers of unix sockets, whose unread data is charged to the sender", () => {
    const sender =
      'u_str ESTAB 0 0 * 100 * 200 users:(("app",pid=1,fd=3)) skmem:(r0,rb212992,t33554688,tb212992,f0,w0,o0,bl0,d0) <->\n';
    const reader =
      'u_str ESTAB 100 0 /run/log 200 * 100 users:(("journald",pid=2,fd=4)) skmem:(r0,rb212992,t0,tb212992,f0,w0,o0,bl0,d0) <->\n';
    const view = composeSockets(snapshotOf({ ss: sender + reader }), 0);
    expect(view?.sockets[0]).toMatchObject({ comm: "journald", retained: { lower: 33_554_688 } });
  });
});

describe("two looks", () => {
  const before = snapshotOf({ ss: row({ q: 500, r: 9_000, info: "bytes_received:500" }) });
  const later = (q: number, received: number) =>
    composeSockets(
      {
        ...snapshotOf({ ss: row({ q, r: 9_000, info: `bytes_received:${received}` }) }),
        previous: before,
      },
      0,
    )?.sockets[0];

  it("show a socket that nobody reads: what came in is what the queue grew by", () => {
    expect(later(500, 500)?.isUnreadSincePreviousLook).toBe(true);
    expect(later(700, 700)?.isUnreadSincePreviousLook).toBe(true);
  });

  it("do not blame a reader that is only slow", () => {
    expect(later(500, 900)?.isUnreadSincePreviousLook).toBeUndefined();
    expect(later(300, 500)?.isUnreadSincePreviousLook).toBeUndefined();
  });
});

describe("the same socket in several tables", () => {
  it("is one socket with the details of ss and the queue of netstat", () => {
    const netstat = `Active Internet connections (servers and established)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       User       Inode      PID/Program name     Timer
tcp      100      0 127.0.0.1:80            127.0.0.1:40000         ESTABLISHED 0          1          7/app                off (0.00/0/0)
`;
    const view = composeSockets(snapshotOf({ ss: row({ q: 100, r: 9_000 }), netstat }), 0);
    expect(view?.counts.total).toBe(1);
    expect(view?.sockets[0]).toMatchObject({ rmem: 9_000, fd: 3 });
  });
});
