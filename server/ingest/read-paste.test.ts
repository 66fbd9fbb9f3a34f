import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../core/snapshot";
import { readInputText } from "./read-input";
import { MEMINFO, SLABINFO, SS } from "./read-input.test-support";

/** Outputs as machines print them; written by hand where no capture of ours is short enough. */
const OUTPUTS = {
  "cat /proc/meminfo": MEMINFO,
  "cat /proc/slabinfo": SLABINFO,
  "cat /proc/vmstat": "nr_free_pages 32312\nnr_zone_inactive_anon 100\nnr_slab_reclaimable 43439\n",
  "cat /proc/zoneinfo":
    "Node 0, zone      DMA\n  per-node stats\n      nr_inactive_anon 100\n  pages free     3976\n        min      67\n        managed  3977\n  pagesets\n    cpu: 0\n              count: 17\n              high:  0\n",
  "cat /proc/buddyinfo":
    "Node 0, zone      DMA      2      0      0      1      3      2      2      1      2      0      3 \n",
  "cat /proc/net/sockstat":
    "sockets: used 5\nTCP: inuse 1 orphan 0 tw 0 alloc 2 mem 9\nUDP: inuse 3 mem 2\n",
  "ss -aemnip": SS,
  "ps aux":
    "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  0.3 170000 12000 ?        Ss   10:00   0:01 /sbin/init\n",
  lsmod:
    "Module                  Size  Used by\nvirtio_net             57344  0\nnet_failover           20480  1 virtio_net\n",
  dmesg:
    "[   12.345678] TCP: too many orphaned sockets\n[   13.000000] TCP: out of memory -- consider tuning tcp_mem\n",
  "uname -a": "Linux db-7 5.14.21-150400 #1 SMP PREEMPT_DYNAMIC x86_64 x86_64 x86_64 GNU/Linux\n",
} as const;
type Command = keyof typeof OUTPUTS;
const COMMANDS = Object.keys(OUTPUTS) as Command[];

/** How people put an output into a report: what stands before, what after. */
const FRAMES: readonly ((command: string, output: string) => string)[] = [
  (command, output) => `$ ${command}\n${output}`,
  (command, output) => `[root@db-7 ~]# ${command}\n${output}\n`,
  (command, output) => `admin@db-7:~$ sudo ${command}\n${output}\n`,
  (_, output) => `\`\`\`\n${output}\`\`\`\n`,
  (command, output) =>
    `<details><summary>${command}</summary>\n\n\`\`\`text\n${output}\`\`\`\n\n</details>\n`,
  (_, output) => `\n${indented("    ", output)}\n`,
  (_, output) => indented("> ", output),
  (_, output) => indented("> > ", output),
  (_, output) => output.replaceAll("\n", "\r\n"),
  (_, output) => output.replaceAll(" ", "\u00a0"),
  (command, output) => `=== output of ${command} ===\n${output}\n`,
  (_, output) => `${output}\n`,
];

function indented(by: string, text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `${by}${line}\n`)
    .join("");
}

const PROSE = [
  "",
  "Hi all,\n\nour node loses memory, see below. It is 4 GiB large.\n\n",
  "Any idea? We restarted it on Monday: no change.\n",
  "#### Steps to reproduce\n1. start the service\n2. wait\n\n",
  "On Tue, 3 Feb 2026 at 10:00, Ann Example <ann@example.org> wrote:\n",
];

/** What a snapshot says, without file names and lines. */
function said(snapshot: Snapshot | undefined): object {
  const values = (map: ReadonlyMap<string, { value: number }> | undefined) =>
    map && [...map].map(([name, { value }]) => [name, value]);
  return {
    meminfo: values(snapshot?.meminfo?.value),
    vmstat: values(snapshot?.vmstat?.value),
    sockstat: values(snapshot?.sockstat?.value),
    slab: snapshot?.slab?.value.map(({ name, bytes }) => [name, bytes]),
    zones: snapshot?.zoneinfo?.value.zones.map(({ zone, pcpCounts }) => [
      zone,
      pcpCounts.map(({ value }) => value),
    ]),
    buddy: snapshot?.buddyinfo?.value.length,
    sockets: snapshot?.socketTables.flatMap(({ rows }) => rows.map(({ recvQ }) => recvQ)),
    processes: snapshot?.processTables.flatMap(({ rows }) =>
      rows.map(({ pid, rss }) => [pid, rss]),
    ),
    modules: snapshot?.modules?.value.map(({ name }) => name),
    notices: snapshot?.kernelLog?.value.notices.length,
    hostname: snapshot?.node.hostname,
  };
}

async function alone(command: Command): Promise<object> {
  // The name of a machine is no snapshot by itself.
  const text = OUTPUTS[command];
  if (command === "uname -a") return { ...said(undefined), hostname: "db-7" };
  return said((await readInputText("paste", text)).snapshots[0]);
}

function merged(parts: readonly object[]): Record<string, unknown> {
  const entries = parts.flatMap((part) => Object.entries(part));
  const isSaid = (value: unknown) =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(entries.filter(([, value]) => isSaid(value)));
}

describe("a paste of several outputs", () => {
  it("says the same as its outputs do alone, in any order, framed and talked about in any way", async () => {
    const part = fc.record({
      command: fc.constantFrom(...COMMANDS),
      frame: fc.constantFrom(...FRAMES),
      prose: fc.constantFrom(...PROSE),
    });
    const paste = fc.uniqueArray(part, {
      minLength: 1,
      maxLength: 8,
      selector: (one) => one.command,
    });
    await fc.assert(
      fc.asyncProperty(paste, async (parts) => {
        fc.pre(parts.some(({ command }) => command !== "uname -a"));
        const text = parts
          .map(({ prose, frame, command }) => prose + frame(command, OUTPUTS[command]))
          .join("\n");
        const { snapshots } = await readInputText("paste", text);
        expect(snapshots).toHaveLength(1);
        const expected = merged(await Promise.all(parts.map(({ command }) => alone(command))));
        expect(merged([said(snapshots[0])])).toEqual(expected);
        expectLinesAreTrue(snapshots[0], text);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("names an output that is none of ours, and passes over prose in silence", async () => {
    const text = `Hello,\n$ lsblk\nNAME MAJ:MIN RM  SIZE RO TYPE\nsda    8:0    0   20G  0 disk\n$ cat /proc/meminfo\n${MEMINFO}\nThank you.\n`;
    const { snapshots } = await readInputText("paste", text);
    expect(snapshots[0]?.unreadable).toEqual([
      { file: "paste", error: 'lines 2 to 4 ("lsblk"): no output that is known; passed over' },
    ]);
  });

  it("reads files without a shape by the name above them", async () => {
    const text = `$ cat /proc/sys/net/ipv4/tcp_mem\n188319\t251093\t376638\n\nthat is all\n$ date\nFri Feb 11 19:23:39 UTC 2022\n$ cat /proc/meminfo\n${MEMINFO}`;
    const [snapshot] = (await readInputText("paste", text)).snapshots;
    expect(snapshot?.sysctl[0]?.value.get("net.ipv4.tcp_mem")?.value).toBe(
      "188319\t251093\t376638",
    );
    expect(snapshot?.node.takenAt).toBe("2022-02-11T19:23:39Z");
  });

  it("tells the name of the machine to each moment of the paste", async () => {
    const text = `${OUTPUTS["uname -a"]}\n$ cat /proc/meminfo\n${MEMINFO}\nan hour later:\n$ cat /proc/meminfo\n${MEMINFO}`;
    const { snapshots } = await readInputText("paste", text);
    expect(snapshots.map(({ node }) => node.hostname)).toEqual(["db-7", "db-7"]);
    expect(snapshots[1]?.previous).toBeDefined();
  });

  it("two columns and tabs are meminfo, too", async () => {
    const text =
      "see:\nMemTotal:\t4026036 kB\tMemFree:\t129248 kB\nCached:\t2658200 kB\tSlab:\t5 kB\n";
    const [snapshot] = (await readInputText("paste", text)).snapshots;
    expect([...(snapshot?.meminfo?.value.keys() ?? [])]).toEqual([
      "MemTotal",
      "MemFree",
      "Cached",
      "Slab",
    ]);
  });

  it("of hundreds of tables far down costs bounded time", async () => {
    const text = "\n".repeat(3_000_000) + `${MEMINFO}\n${SLABINFO}\n`.repeat(500);
    const before = performance.now();
    const { snapshots } = await readInputText("paste", text);
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(snapshots[0]?.meminfo?.value.get("MemTotal")?.line).toBe(3_000_001);
  }, 20_000);
});

/** Each number's line in the whole paste holds the number. */
function expectLinesAreTrue(snapshot: Snapshot | undefined, text: string): void {
  const lines = text.split("\n");
  for (const [name, { line, value }] of snapshot?.meminfo?.value ?? []) {
    expect(lines[line - 1]).toContain(`${name}:`);
    expect(lines[line - 1]).toContain(String(value / 1024));
  }
  for (const { line, name } of snapshot?.slab?.value ?? []) expect(lines[line - 1]).toContain(name);
  for (const { line } of snapshot?.kernelLog?.value.notices ?? []) {
    expect(lines[line - 1]).toContain("TCP:");
  }
}

it("rows with their file before them are one table, not a heading each", async () => {
  const rows = [1, 2, 3].map(
    (pid) => `/proc/${pid}/cgroup:8:pids:/\n/proc/${pid}/cgroup:4:memory:/a\n`,
  );
  const groups = ["", "a/", "b/"].map(
    (path) => `/sys/fs/cgroup/memory/${path}memory.usage_in_bytes:4096\n`,
  );
  const { snapshots } = await readInputText(
    "paste",
    `${MEMINFO}\n==> pids.cgroup <==\n${rows.join("")}\n==> cgroup.memory <==\n${groups.join("")}`,
  );
  expect(snapshots[0]?.cgroupMemory?.value).toHaveLength(3);
  expect(snapshots[0]?.processTables[0]?.rows).toHaveLength(3);
});
