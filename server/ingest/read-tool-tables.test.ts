import { describe, expect, it } from "vitest";
import { composeSockets } from "../core/accounting/sockets";
import { reportSnapshot } from "../core/report-snapshot";
import type { Snapshot } from "../core/snapshot";
import { readInputText } from "./read-input";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
// Layouts of the tools; numbers made up where a leak is to be shown.
const FREE =
  "               total        used        free      shared  buff/cache   available\nMem:           24105        1108       21709           8        1586       22996\n";
const VMSTAT_S =
  "     24684100 K total memory\n      1401052 K used memory\n     17284472 K free memory\n       136720 K buffer memory\n      6212132 K swap cache\n";
const VMSTAT_M =
  "Cache                       Num  Total   Size  Pages\nkmalloc-1k                  767    880   1024     16\n";
const NETSTAT_S =
  "Tcp:\n    4 connections established\nTcpExt:\n    12 packets collapsed in receive queue due to low socket buffer\n";
const NSTAT =
  "#kernel\nTcpExtPruneCalled               287                0.0\nTcpExtTCPRcvCollapsed           7                  0.0\n";
const SKCHECK =
  "tx_queue 0K rx_queue 3072K queue_total 3072K tcp_mem 128816K\ntask worker:1163 mem 3000K\ntask other:22 mem 72K\n";
const MEMLEAK = "allocPages:6339M, uslab:59M vmalloc:300M\n诊断结论: 疑似内存泄漏\n";
const smem = (noncache: number) =>
  `Area                           Used      Cache   Noncache\nfirmware/hardware                 0          0          0\nkernel image                      0          0          0\nkernel dynamic memory      ${1_375_152 + noncache}    1375152    ${noncache}\nuserspace memory             162924      63620      99304\nfree memory                 5880004    5880004          0\n`;

async function read(...parts: readonly string[]): Promise<Snapshot> {
  const { snapshots } = await readInputText("paste", parts.join("\n"));
  const [snapshot] = snapshots;
  if (!snapshot || snapshots.length > 1) throw new Error(`${snapshots.length} snapshots`);
  return snapshot;
}

function totalOf(snapshot: Snapshot, via: string): number | undefined {
  const totals = snapshot.otherTotals.find(({ derived }) => derived.via === via);
  return totals?.value.get("MemTotal")?.value;
}

describe("tables of tools, one below the other without a word between", () => {
  it("each is read", async () => {
    const snapshot = await read(FREE, VMSTAT_S, VMSTAT_M, NETSTAT_S, NSTAT, SKCHECK, smem(1000));
    expect(snapshot.unreadable).toEqual([]);
    expect(snapshot.skipped).toEqual([]);
    expect(totalOf(snapshot, "free")).toBe(24_105 * MIB);
    expect(totalOf(snapshot, "vmstat-s")).toBe(24_684_100 * 1024);
    expect(snapshot.slab?.value.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["kmalloc-1k", 55 * 4 * 4096],
    ]);
    const counters = snapshot.netCounters.map(({ value }) => value.get("TcpExt.TCPRcvCollapsed"));
    expect(counters.map((counter) => counter?.value)).toEqual([12, 7]);
    expect(snapshot.sockstat?.value.get("TCP.mem")?.value).toBe(128_816 / 4);
  });
});

describe("what such a table leaves together", () => {
  it("smem: much memory of the kernel in one sum is no leak yet", () => {
    const judged = async (kib: number) => reportSnapshot(await read(smem(kib))).verdict;
    return Promise.all([
      expect(judged(9_000_000)).resolves.toMatchObject({ status: "insufficient" }),
      expect(judged(200_000)).resolves.toMatchObject({ status: "healthy" }),
    ]);
  });

  it("sysak memleak -c: its sizes are said, without MemTotal there is no verdict", async () => {
    const { verdict, findings } = reportSnapshot(await read(MEMLEAK));
    expect(verdict.status).toBe("insufficient");
    expect(verdict.headline).toContain("59.0 MiB of slab");
    expect(findings).toEqual([]);
  });

  it("sysak memleak -c stands behind every table that has MemTotal", async () => {
    const { composition } = reportSnapshot(await read(MEMLEAK, FREE));
    expect(composition?.memTotal).toBeGreaterThan(23 * GIB);
  });

  it("sysak skcheck: tasks are sockets only where no table shows them", async () => {
    const rows = async (...parts: readonly string[]) =>
      (await read(...parts)).socketTables.flatMap((table) => table.rows);
    expect((await rows(SKCHECK)).map(({ users }) => users[0]?.pid)).toEqual([1163, 22]);
    const ss =
      "State  Recv-Q Send-Q Local Address:Port Peer Address:Port\nESTAB  10     0      10.0.0.5:80        10.0.0.9:4000\n";
    expect(await rows(SKCHECK, ss)).toHaveLength(1);
    const view = composeSockets(await read(SKCHECK), 0);
    expect(view?.holders.map(({ pid, retained }) => [pid, retained.lower])).toEqual([
      [1163, 3000 * 1024],
      [22, 72 * 1024],
    ]);
  });
});
