import { readFileSync } from "node:fs";
import { parseMeminfo } from "../../core/parse/meminfo";
import { parsePs } from "../../core/parse/ps";
import { parseSockstat } from "../../core/parse/sockstat";
import { parseSs } from "../../core/parse/ss";
import type { Snapshot } from "../../core/snapshot";

/** What a made-up node is called and runs: everything that a shared report must not say. */
export interface Names {
  readonly hostname: string;
  readonly address: string;
  readonly cgroup: string;
  readonly command: string;
  readonly unixPath: string;
}

const FIXTURE = new URL("../../fixtures/live-memsnap-incident/", import.meta.url);
const read = (file: string) => readFileSync(new URL(file, FIXTURE), "utf8");

/**
 * The live incident moved to a node of the given names: the sockets of nginx hold unread data from
 * `address`, in a service of `cgroup` that was started as `command`.
 */
export function namedSnapshot(names: Names): Snapshot {
  const folder = `sosreport-${names.hostname}-2026-11-22`;
  const texts = new Map([
    [`${folder}/proc/meminfo`, read("proc/meminfo")],
    [`${folder}/proc/net/sockstat`, read("proc/net/sockstat")],
    [`${folder}/ss-tcp`, ssText(names)],
    [`${folder}/ps`, psText(names)],
  ]);
  const [meminfo, sockstat, ss, ps] = [...texts].map(([file, text]) => ({ file, text }));
  if (!meminfo || !sockstat || !ss || !ps) throw new Error("four texts were made");
  return {
    kind: "sosreport",
    inputName: `${folder}.tar.xz`,
    sha256: "ab".repeat(32),
    node: { hostname: names.hostname, kernel: "6.18.0", pageSize: 4096, os: "Debian GNU/Linux 12" },
    meminfo: { file: meminfo.file, value: parseMeminfo(meminfo.text).value },
    sockstat: { file: sockstat.file, value: parseSockstat(sockstat.text).value },
    socketTables: [{ file: ss.file, via: "ss", rows: parseSs(ss.text, "tcp").value }],
    processTables: [{ file: ps.file, via: "ps", rows: parsePs(ps.text).value }],
    otherTotals: [],
    numaMeminfo: [],
    hugepagePools: [],
    netCounters: [],
    fdLinks: [],
    fdInfo: [],
    kernelMappings: [],
    bpfObjects: [],
    traceBuffers: [],
    allocationSites: [],
    nicSettings: [],
    tmpfs: [{ file: "df", value: [{ line: 1, mountPoint: names.unixPath, fsType: "tmpfs" }] }],
    sysctl: [],
    smallFiles: new Map(),
    files: [
      { file: meminfo.file, format: "meminfo", lines: 50 },
      { file: sockstat.file, format: "sockstat", lines: 6 },
      { file: ss.file, format: "ss", lines: 200 },
      { file: ps.file, format: "ps", lines: 3 },
    ],
    skipped: [{ file: ps.file, line: 9, text: `?? ${names.command}` }],
    missing: [],
    unreadable: [{ file: `${folder}${names.unixPath}`, error: `${names.unixPath}: denied` }],
    texts,
  };
}

function ssText({ address, cgroup }: Names): string {
  return read("t1/ss-tcp")
    .replaceAll("127.0.0.1", address)
    .replaceAll("cgroup:/", `cgroup:${cgroup}`);
}

function psText({ command, unixPath }: Names): string {
  return [
    "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
    `root 1163 0.0 0.1 20000 9000 ? T 10:00 0:00 ${command} --socket=${unixPath}`,
    "root 43 0.0 0.1 20000 9000 ? S 10:00 0:00 sleep 9",
  ].join("\n");
}
