import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  collect,
  isInstalled,
  isLinux,
  MEMINFO,
  machine,
  read,
  SHELLS,
  source,
  unpack,
  ZONEINFO,
} from "./collector.test-support";

for (const [name, shell] of SHELLS) {
  const usable = isLinux && isInstalled(shell[0]);
  const title = usable ? name : `${name} (skipped: not installed here)`;

  describe.skipIf(!usable)(`the collector under ${title}`, () => {
    it("writes one archive with the layout and leaves nothing else behind", () => {
      const run = collect(["--root", machine(), "--wait", "0", "--label", "role=web"], { shell });
      expect(run.error).not.toMatch(/rror|not found|Killed/);
      expect(run.status).toBe(0);
      expect(run.left).toHaveLength(1);
      expect(run.left[0]).toMatch(/^memledger-web-01-\d{8}T\d{6}Z\.tar\.gz$/);
      expect(run.temporary).toEqual([]);
      const snap = unpack(run);
      expect(read(snap, "proc/meminfo")).toBe(MEMINFO);
      expect(read(snap, "proc/meminfo.2")).toBe(MEMINFO);
      expect(read(snap, "t2/proc/zoneinfo")).toBe(ZONEINFO);
      expect(read(snap, "pids.status")).toBe(
        "/proc/7/status:Name:\tnginx\n/proc/7/status:State:\tT (stopped)\n",
      );
      expect(read(snap, "pids.smaps_rollup")).toBe("/proc/7/smaps_rollup:Rss:  2000 kB\n");
      expect(read(snap, "pids.cmdline")).toBe("7 nginx: worker process\n");
      expect(read(snap, "meta")).toMatch(
        /^format memledger\/1\n[\s\S]*hostname web-01\n[\s\S]*label role=web\n/,
      );
    });

    it("names what is absent in `missing`", () => {
      const snap = unpack(collect(["--root", machine(), "--wait", "0"], { shell }));
      expect(read(snap, "missing")).toContain("/proc/slabinfo absent\n");
      expect(read(snap, "missing")).not.toContain("/proc/meminfo ");
    });

    it("cuts a file that hangs and keeps the files before and behind it", () => {
      const root = machine({ "proc/buddyinfo": "Node 0\n", "proc/9/stat": "9 (b) S\n" });
      rmSync(join(root, "proc/7/status"));
      execFileSync("mkfifo", [join(root, "proc/vmstat"), join(root, "proc/7/status")]);
      const started = Date.now();
      const run = collect(["--root", root, "--wait", "0", "--limit", "1"], { shell });
      expect(run.status).toBe(0);
      expect(Date.now() - started).toBeLessThan(20_000);
      expect(run.error).toBe("");
      expect(run.temporary).toEqual([]);
      const snap = unpack(run);
      expect(read(snap, "missing")).toContain("/proc/vmstat timed out after 1 s\n");
      expect(read(snap, "missing")).toContain("/proc/7/status timed out after 1 s\n");
      expect(read(snap, "proc/meminfo")).toBe(MEMINFO);
      expect(read(snap, "proc/buddyinfo")).toBe("Node 0\n");
      expect(read(snap, "pids.stat")).toContain("9 (b) S\n");
    }, 60_000);

    it("runs nothing when the download was cut, wherever the cut is", () => {
      const root = machine();
      const end = source.length;
      for (const cut of [400, 3000, 9000, 15_000, end - 400, end - 20, end - 12, end - 3]) {
        const run = collect(["--root", root, "--wait", "0"], {
          shell,
          input: source.slice(0, cut),
        });
        expect(run.left, `cut at ${cut}`).toEqual([]);
        expect(run.temporary, `cut at ${cut}`).toEqual([]);
        expect(run.out, `cut at ${cut}`).toBe("");
      }
    });

    it("keeps hostile names of hosts and processes on one line and inside the folder", () => {
      const root = machine({
        "etc/hostname": "../../$(touch pwned) ; x\n",
        "proc/7/stat": `7 (a) S\n8 (root) S 1 ${"0 ".repeat(19)}500 0\n`,
        "proc/7/cmdline": "sh\0-c\0x\nproc/1/cmdline:init\0\u001b[2J\0",
      });
      const run = collect(["--root", root, "--wait", "0"], { shell });
      expect(run.status).toBe(0);
      expect(run.left).toHaveLength(1);
      expect(run.left[0]).toMatch(/^memledger-[\w.-]+\.tar\.gz$/);
      const snap = unpack(run);
      expect(read(snap, "pids.stat")).toMatch(/^7 \(a\) S 8 \(root\)[^\n]*\n$/);
      expect(read(snap, "pids.cmdline")).toBe("7 sh -c x proc/1/cmdline:init ?[2J\n");
    });

    it("hides values of arguments that look like secrets", () => {
      const root = machine({
        "proc/7/cmdline": "app\0--token=abc\0--password\0hunter2\0--url\0http://me:pw@host/\0-v\0",
      });
      const snap = unpack(collect(["--root", root, "--wait", "0"], { shell }));
      expect(read(snap, "pids.cmdline")).toBe(
        "7 app --token=*** --password *** --url http://***@host/ -v\n",
      );
    });

    it.skipIf(!existsSync("/proc/meminfo"))(
      "takes a snapshot of this machine",
      () => {
        const run = collect(["--wait", "0"], { shell });
        expect(run.status).toBe(0);
        expect(run.temporary).toEqual([]);
        const snap = unpack(run);
        expect(read(snap, "proc/meminfo")).toMatch(/^MemTotal:/);
        expect(read(snap, "proc/zoneinfo")).toMatch(/count:/);
        expect(read(snap, "pids.stat").split("\n").length).toBeGreaterThan(2);
        expect(read(snap, "manifest")).toMatch(/ end\n$/);
        expect(read(snap, "meta")).toMatch(/^pagesize \d+$/m);
      },
      60_000,
    );
  });
}
