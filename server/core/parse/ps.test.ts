import { describe, expect, it } from "vitest";
import { hasCapture, readCapture, readFixture } from "./captures.test-support";
import { expectLinear, expectNeverLost, expectOnlyParseErrors } from "./hostile-text.test-support";
import { ParseError } from "./parsed";
import type { ProcessRow } from "./process";
import { isPsHeading, parsePs } from "./ps";

const KIB = 1024;
const live = (name: string) =>
  parsePs(readFixture(`live-sosreport-incident/sos_commands/process/${name}`));
const worker = (rows: readonly ProcessRow[]) => rows.find((row) => row.pid === 1163);
const AUX = "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND";

function onlyRow(text: string): ProcessRow | undefined {
  const { value, skipped } = parsePs(text);
  expect(skipped).toEqual([]);
  expect(value).toHaveLength(1);
  return value[0];
}

describe("ps of a real node shows the stopped nginx worker", () => {
  it("in aux", () => {
    const { value, skipped } = live("ps_auxwww");
    expect(skipped).toEqual([]);
    expect(worker(value)).toEqual({
      pid: 1163,
      line: 11,
      user: "nobody",
      rss: 6124 * KIB,
      state: "T",
      comm: "nginx",
      cmdline: "nginx: worker process",
    });
  });

  it("in auxwwwm, where the state stands in the thread's row", () => {
    const { value, skipped } = live("ps_auxwwwm");
    expect(skipped).toEqual([]);
    expect(worker(value)).toMatchObject({ state: "T", rss: 6124 * KIB, comm: "nginx" });
    expect(value.filter((row) => row.state === undefined)).toEqual([]);
  });

  it("in alx and -elfL, one row per process", () => {
    expect(worker(live("ps_alxwww").value)).toMatchObject({ uid: 65534, ppid: 1162, state: "T" });
    const { value, skipped } = live("ps_-elfL");
    expect(skipped).toEqual([]);
    expect(new Set(value.map((row) => row.pid)).size).toBe(value.length);
    expect(worker(value)).toMatchObject({ user: "nobody", threads: 1, state: "T" });
    expect(worker(value)).not.toHaveProperty("rss");
    expect(value.find((row) => row.pid === 9)?.threads).toBe(42);
  });

  it("in axo with the cgroup last and the start time in five words", () => {
    const byCgroup = live("ps_axo_pid_ppid_user_group_lwp_nlwp_start_time_comm_cgroup");
    expect(byCgroup.skipped).toEqual([]);
    expect(worker(byCgroup.value)).toMatchObject({ comm: "nginx", cgroup: "/svc/app", threads: 1 });
    const byStart = live(
      "ps_axo_flags_state_uid_pid_ppid_pgid_sid_cls_pri_addr_sz_wchan_20_lstart_tty_time_cmd",
    );
    expect(byStart.skipped).toEqual([]);
    expect(worker(byStart.value)).toMatchObject({ state: "T", cmdline: "nginx: worker process" });
  });
});

describe.skipIf(!hasCapture(""))("ps of public captures", () => {
  it("agrees with awk on a Kubernetes worker (hotsos)", () => {
    const { value, skipped } = parsePs(
      readCapture("hotsos-k8s-worker-2004/sos_commands/process/ps_auxwwwm"),
    );
    expect(skipped).toEqual([]);
    expect(value).toHaveLength(175);
    expect(value.reduce((sum, row) => sum + (row.rss ?? 0), 0)).toBe(1_698_464 * KIB);
    expect(value.filter((row) => row.isKernelThread)).toHaveLength(92);
  });

  it("takes the memory controller's cgroup out of many (hotsos)", () => {
    const { value } = parsePs(
      readCapture(
        "hotsos-k8s-worker-2004/sos_commands/process/ps_axo_pid_ppid_user_group_lwp_nlwp_start_time_comm_cgroup",
      ),
    );
    expect(value.find((row) => row.pid === 35171)?.cgroup).toBe("/default/calico-node");
    expect(value.find((row) => row.pid === 2)).not.toHaveProperty("cgroup");
  });

  it("reads the tree of auxfwww, and no zombie as a kernel thread (hotsos)", () => {
    const tree = parsePs(readCapture("hotsos-sunbeam-2404/sos_commands/process/ps_auxfwww"));
    expect(tree.skipped).toEqual([]);
    expect(tree.value).toHaveLength(652);
    expect(tree.value.find((row) => row.pid === 3)).toMatchObject({
      comm: "pool_workqueue_release",
      isKernelThread: true,
    });
    const threads = parsePs(readCapture("hotsos-sunbeam-2404/sos_commands/process/ps_auxwwwm"));
    expect(threads.value.find((row) => row.pid === 256799)).toMatchObject({
      comm: "sos",
      state: "Z",
    });
  });

  it.each(["ps_alxwww_data.txt", "ps_auxwwwm.txt", "psauxww_test.txt", "psef_test.txt"])(
    "reads every row of %s",
    (name) => {
      const { value, skipped } = parsePs(readCapture(`insights-parser-samples/ps/${name}`));
      expect(skipped).toEqual([]);
      expect(value.length).toBeGreaterThan(3);
    },
  );
});

describe("ps with odd input", () => {
  it.each([
    ["/usr/sbin/sshd -D", "sshd", "/usr/sbin/sshd -D"],
    ["sshd: ubuntu [priv]", "sshd", "sshd: ubuntu [priv]"],
    ["-bash", "bash", "-bash"],
    ["agetty", "agetty", undefined],
    ["prometheus-node-exporter --web", "prometheus-node", "prometheus-node-exporter --web"],
    ["|   \\_ nginx: worker process", "nginx", "nginx: worker process"],
  ])("takes the comm of %s from its first word", (command, comm, cmdline) => {
    const row = onlyRow(`${AUX}\nroot  7  0.0  0.0  11932  6152 ?  Ss  05:22  0:00 ${command}`);
    expect([row?.comm, row?.cmdline]).toEqual([comm, cmdline]);
    expect(row).not.toHaveProperty("isKernelThread");
  });

  it("does not take a process in brackets for a kernel thread when it holds memory", () => {
    const row = onlyRow(`${AUX}\nroot  7  0.0  0.0  11932  6152 ?  Ss  05:22  0:00 [kworker/0:1]`);
    expect(row).not.toHaveProperty("isKernelThread");
  });

  it("keeps a command with blanks in a middle column", () => {
    const row = onlyRow("  PID COMMAND         CGROUP\n  77 Web Content     0::/user.slice");
    expect(row).toMatchObject({ comm: "Web", cmdline: "Web Content", cgroup: "/user.slice" });
  });

  it("reports a row with missing columns and keeps the rest", () => {
    const { value, skipped } = parsePs(
      `${AUX}\nroot 7 0.0\nroot  8  0.0  0.0  11932  6152 ?  Ss  05:22  0:00 x`,
    );
    expect(value.map((row) => row.pid)).toEqual([8]);
    expect(skipped).toEqual([{ line: 2, text: "root 7 0.0" }]);
  });

  it("reads columns without a command, and other words for RSS", () => {
    expect(onlyRow("  PID   RSS    VSZ\n    1 13740  41484")).toEqual({
      ...{ pid: 1, line: 2, rss: 13_740 * KIB },
    });
    expect(onlyRow("  RSZ   PID   PSS COMMAND\n13740     1     0 /sbin/init splash")).toMatchObject(
      {
        ...{ pid: 1, rss: 13_740 * KIB, comm: "init" },
      },
    );
    expect(onlyRow("RSS PID PSS\n13740 1 900")).toMatchObject({ pss: 900 * KIB });
  });

  it("reads headings of one's own where every word is known", () => {
    const header = "  Pid   Rss Name";
    expect(onlyRow(`${header}\n    1 13740 systemd`)).toMatchObject({
      ...{ pid: 1, rss: 13_740 * KIB, comm: "systemd" },
    });
    expect(isPsHeading(header)).toBe(true);
    expect(isPsHeading("  PID   RSS    VSZ")).toBe(true);
    expect(isPsHeading("the pid and its rss")).toBe(false);
    expect(() => parsePs("Pid Colour\n1 red")).toThrow(ParseError);
  });

  it("refuses rows without a header", () => {
    expect(() => parsePs("root 7 0.0 0.0 11932 6152 ? Ss 05:22 0:00 x")).toThrow(ParseError);
  });

  const hostile = {
    parse: parsePs,
    good: `${AUX}\nnobody  1163  0.0  0.0  13524  6124 ?  T  20:19  0:00 nginx: worker process`,
    pick: (rows: readonly ProcessRow[]) => rows[0] && { ...rows[0], line: 0 },
  };
  it("throws nothing but ParseError", () => expectOnlyParseErrors(parsePs));
  it("never loses a row among garbage", () => expectNeverLost(hostile));
  it("reads lines of 10 MB in linear time", () => expectLinear(hostile), 20_000);
});
