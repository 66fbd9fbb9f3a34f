import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  collect,
  isLinux,
  read,
  source,
  testFolder,
  unpack,
  withTools,
} from "./collector.test-support";

describe.skipIf(!isLinux)("the collector's options", () => {
  it.each([
    [["--wait", "x"]],
    [["--nonsense"]],
    [["--label", "no value"]],
    [["--upload"]],
    [["--upload", "http://host/$(id)"]],
  ])("are refused when wrong: %j", (args) => {
    const run = collect(args);
    expect(run.status).toBe(2);
    expect(run.error).toMatch(/^memledger: /);
    expect([...run.left, ...run.temporary]).toEqual([]);
  });

  it("a folder without /proc is no machine", () => {
    expect(collect(["--root", testFolder()])).toMatchObject({ status: 1, left: [] });
  });

  it("--redact leaves no address, path, command line or host name", () => {
    const env = withTools({
      ss: `case $1 in -h) echo ' -O, --oneline'; exit ;; esac
echo 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process'
echo 'tcp ESTAB 9 0 203.0.113.9:443 203.0.113.77:5000 users:(("a",pid=1,fd=3)) cgroup:/private'
echo 'tcp ESTAB 9 0 203.0.113.77:5000 127.0.0.1:80 ino:5'
echo 'tcp LISTEN 0 5 [2001:db8:aa::5]:443 [::]:* ino:6'
echo 'u_str ESTAB 0 0 /run/private.sock 77 * 78'
`,
    });
    const run = collect(["--redact", "--wait", "0"], { env });
    expect(run.left[0]).toMatch(/^memledger-host-/);
    const snap = unpack(run);
    const rows = read(snap, "t1/ss-all");
    expect(rows).not.toMatch(/203\.0\.113|aa::5|private/);
    expect(rows).toContain("198.18.0.1:443 198.18.0.2:5000");
    expect(rows).toContain("198.18.0.2:5000 127.0.0.1:80");
    expect(rows).toContain("[::]:*");
    for (const name of ["pids.cmdline", "dmesg", "proc/mounts", "proc/cmdline"]) {
      expect(existsSync(join(snap, name)), name).toBe(false);
    }
  });

  it("with more than 5,000 sockets only those that say something are kept, and totals", () => {
    const env = withTools({
      ss: `case $1 in -h) echo --oneline; exit ;; esac
echo 'Netid State Recv-Q Send-Q Local Peer'
awk 'BEGIN { for (i = 0; i < 6000; i++) print "tcp ESTAB 0 0 10.0.0.1:1 10.0.0.2:" i, "skmem:(r0,rb1,t0,tb1)" }'
echo 'tcp ESTAB 10 0 10.0.0.1:1 10.0.0.2:9 skmem:(r900,rb1,t0,tb1)'
echo 'u_dgr ESTAB 0 0 * 5 * 6 skmem:(r0,rb1,t4096,tb1)'
echo 'p_raw UNCONN 0 0 [0]:* * ring_rx(blk_size:1048576,blk_nr:64,frm_size:2048) skmem:(r0,rb1,t0,tb1)'
`,
    });
    // The rows are filtered by the count in sockstat; a copy of the script is told a lower limit.
    const run = collect(["--wait", "0"], {
      env,
      input: source.replace('"$SOCKETS" -gt 5000', '"$SOCKETS" -ge 0'),
    });
    const snap = unpack(run);
    expect(read(snap, "t1/ss-all").trim().split("\n")).toHaveLength(4);
    expect(read(snap, "t1/ss-totals")).toContain("tcp ESTAB 6001\n");
    expect(read(snap, "missing")).toContain("t1/ss-all kept 3 of 6003 rows");
  });
});
