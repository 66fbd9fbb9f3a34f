import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { analyzeFiles } from "../services/analyze-files";
import { makeTar } from "./archive/make-archive.test-support";
import { readInputText } from "./read-input";
import { MEMINFO, put, readOne, TOTAL } from "./read-input.test-support";
import { readTexts } from "./read-texts";

// Written by hand after bin/supportconfig of openSUSE/supportutils: no public archive was found.
const TITLE = `${"=".repeat(77)}
                     Support Utilities - Supportconfig
                          Script Version: 3.2.12-1.1
${"=".repeat(77)}

`;
const command = (line: string, output: string): string =>
  `#==[ Command ]======================================#\n# ${line}\n${output}\n`;
const file = (path: string, body: string): string =>
  `#==[ Configuration File ]===========================#\n# ${path}\n${body}\n`;
// conf_files() takes lines that begin with "#" out of slabinfo.
const SLABS =
  "slabinfo - version: 2.1\ndentry             1000   2100    192   21    1 : tunables    0    0    0 : slabdata    100    100      0\n";
const MEMORY =
  TITLE +
  command("/usr/bin/vmstat 1 4", "procs -----------memory----------\n") +
  command(
    "/usr/bin/free -k",
    "              total        used        free      shared  buff/cache   available\nMem:        4026036      981436      129248        1844     2915352     2780212\nSwap:             0           0           0\n",
  ) +
  file("/proc/meminfo", MEMINFO) +
  file("/proc/vmallocinfo - File not found", "") +
  file("/proc/zoneinfo", "") +
  file("/proc/slabinfo", SLABS);
const ENVIRONMENT =
  TITLE +
  command("/usr/bin/date", "Fri Feb 11 19:23:39 UTC 2022\n") +
  command("/bin/uname -a", "Linux db-7 5.14.21-150400.24.100-default #1 SMP x86_64 GNU/Linux\n");
const NETWORK =
  TITLE +
  command("/sbin/ss -s", "Total: 170\nTCP:   9 (estab 1, closed 0, orphaned 0, timewait 0)\n") +
  command(
    "/usr/sbin/ss -nap",
    'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp   ESTAB 27452  0      127.0.0.1:18080     127.0.0.1:42212   users:(("nginx",pid=1163,fd=10))\n',
  ) +
  file("/proc/net/sockstat", "sockets: used 5\nTCP: inuse 1 orphan 0 tw 0 alloc 2 mem 9\n");

async function archive(name: string, extra: readonly { name: string; body: string }[] = []) {
  const members = [
    { name: "scc_db-7_220211_1923/memory.txt", body: MEMORY },
    { name: "scc_db-7_220211_1923/basic-environment.txt", body: ENVIRONMENT },
    { name: "scc_db-7_220211_1923/network.txt", body: NETWORK },
    ...extra,
  ];
  return put(name, gzipSync(await makeTar(members)));
}

describe("a supportconfig", () => {
  it("gives the files and commands of its sections, with file and line of the member", async () => {
    const snapshot = await readOne(await archive("scc_db-7_220211_1923.tgz"));
    expect(snapshot.kind).toBe("supportconfig");
    expect(snapshot.node).toMatchObject({ hostname: "db-7", takenAt: "2022-02-11T19:23:39Z" });
    const total = snapshot.meminfo?.value.get("MemTotal");
    expect(total?.value).toBe(TOTAL);
    const lines = MEMORY.split("\n");
    expect(lines[(total?.line ?? 0) - 1]).toContain("MemTotal:");
    expect(snapshot.meminfo?.file).toBe("scc_db-7_220211_1923/memory.txt");
    expect(snapshot.texts.get("scc_db-7_220211_1923/memory.txt")).toBe(MEMORY);
    expect(snapshot.slab?.value.map(({ name, bytes }) => [name, bytes])).toEqual([
      ["dentry", 100 * 4096],
    ]);
    expect(snapshot.socketTables.map(({ rows }) => rows.length)).toEqual([1]);
    expect(snapshot.sockstat?.value.get("TCP.mem")?.value).toBe(9);
  });

  it("a file that was not found and an empty section are missing, not zero and not broken", async () => {
    const snapshot = await readOne(await archive("missing.tgz"));
    expect(snapshot.zoneinfo).toBeUndefined();
    expect(snapshot.vmallocinfo).toBeUndefined();
    expect(snapshot.unreadable).toEqual([]);
    const missing = snapshot.missing.map((one) => one.file);
    expect(missing).toEqual(expect.arrayContaining(["proc/zoneinfo", "proc/vmallocinfo"]));
  });

  it("a member pasted alone, with CRLF, is read; stored texts read the same again", async () => {
    const pasted = await readInputText("paste", MEMORY.replaceAll("\n", "\r\n"));
    expect(pasted.snapshots[0]?.kind).toBe("supportconfig");
    expect(pasted.snapshots[0]?.meminfo?.value.get("MemTotal")?.value).toBe(TOTAL);
    const [one] = (await readInputText("paste", MEMORY)).snapshots;
    const again = readTexts({ name: "paste", sha256: "", texts: one?.texts ?? new Map() });
    expect(again.snapshots[0]?.meminfo).toEqual(one?.meminfo);
    expect(again.snapshots[0]?.kind).toBe("supportconfig");
  });

  it("of a large messages.txt the tail is kept, with the reports in it", async () => {
    const filler = "Feb 11 19:00:01 db-7 systemd[1]: Started Session 12 of user root.\n";
    const report =
      "Feb 11 19:20:01 db-7 kernel: [ 9.000001] java invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0\n";
    const body = `${TITLE}#==[ Log File ]=====================================#\n# /var/log/messages\n${filler.repeat(700_000)}${report}`;
    const snapshot = await readOne(
      await archive("large.tgz", [{ name: "scc_db-7_220211_1923/messages.txt", body }]),
    );
    expect(snapshot.kernelLog?.value.oom).toHaveLength(1);
    const kept = snapshot.texts.get("scc_db-7_220211_1923/messages.txt")?.length ?? 0;
    expect(kept).toBeGreaterThan(1_000_000);
    expect(kept).toBeLessThanOrEqual(16 * 1024 * 1024);
  });

  it("many banners cost a bounded time and space", async () => {
    const hostile = `${MEMORY}${file("/proc/meminfo", "x: 1").repeat(120_000)}`;
    const before = performance.now();
    const { snapshots } = await readInputText("paste", hostile);
    expect(performance.now() - before).toBeLessThan(5000);
    expect(snapshots[0]?.meminfo?.value.get("MemTotal")?.value).toBe(TOTAL);
  });
});

const corpus = fileURLToPath(new URL("../../../shared/corpus/open/", import.meta.url));
const ENVELOPED = `${corpus}reenv-supportconfig-k8s-worker`;

describe.skipIf(!existsSync(ENVELOPED))("a public host in both envelopes", () => {
  it.each(["", "/scc_k8stest4_220210_1923.tgz", "/scc_k8stest4_220210_1923.txz"])(
    "has the composition and verdict of its sosreport: %s",
    async (input) => {
      const reports = await Promise.all(
        [`${corpus}hotsos-k8s-worker-2004`, ENVELOPED + input].map((path) => analyzeFiles([path])),
      );
      const [sos, scc] = reports.map(({ report }) => report.snapshots.at(-1));
      const sizes = (one: typeof sos) =>
        one?.composition?.buckets.map(({ id, bytes }) => [id, bytes]);
      expect(scc?.source.kind).toBe("supportconfig");
      expect(sizes(scc)).toEqual(sizes(sos));
      expect(scc?.verdict).toEqual(sos?.verdict);
    },
  );
});
