import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../public/memledger.sh", import.meta.url));
const source = readFileSync(script, "utf8");
const work = mkdtempSync(join(tmpdir(), "memledger-collector-test-"));
const isLinux = process.platform === "linux";

// As on Alpine: busybox's own awk, grep, ls, tar come before any others.
const applets = join(work, "applets");
mkdirSync(applets);
spawnSync("busybox", ["--install", "-s", applets]);

const SHELLS = [
  ["dash", ["dash"]],
  ["busybox sh", ["busybox", "sh"]],
  ["bash", ["bash", "--posix"]],
] as const;

function isInstalled(command: string): boolean {
  return spawnSync(command, ["-c", "true"]).error === undefined;
}

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
  /** Names in the output folder and in the temporary folder afterwards. */
  readonly left: readonly string[];
  readonly temporary: readonly string[];
}

interface RunSetup {
  readonly shell?: readonly string[];
  readonly input?: string;
  readonly env?: Record<string, string>;
}

let folder = "";
let count = 0;

beforeEach(() => {
  folder = join(work, String(count++));
  mkdirSync(join(folder, "out"), { recursive: true });
  mkdirSync(join(folder, "tmp"));
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Runs the script as users do: piped into a shell, in an empty folder. */
function collect(args: readonly string[], setup: RunSetup = {}): Run {
  const [command = "sh", ...rest] = setup.shell ?? ["sh"];
  const out = join(folder, "out");
  const result = spawnSync(command, [...rest, "-s", "--", ...args], {
    cwd: out,
    input: setup.input ?? source,
    encoding: "utf8",
    env: { ...process.env, ...pathFor(command), TMPDIR: join(folder, "tmp"), ...setup.env },
    timeout: 60_000,
  });
  return {
    status: result.status,
    out: result.stdout,
    error: result.stderr,
    left: readdirSync(out),
    temporary: readdirSync(join(folder, "tmp")),
  };
}

function pathFor(command: string): Record<string, string> {
  return command === "busybox" ? { PATH: `${applets}:${process.env["PATH"]}` } : {};
}

function unpack(run: Run): string {
  const archive = run.out.trim().split("\n").at(-1) ?? "";
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  return join(folder, "snap");
}

const read = (snap: string, name: string) => readFileSync(join(snap, name), "utf8");

const MEMINFO = "MemTotal:        2048000 kB\nMemFree:         1024000 kB\n";
const ZONEINFO = "Node 0, zone   Normal\n  pages free     256000\n              count: 12\n";

/** A small machine below `folder`; `files` adds to it or replaces. */
function machine(files: Record<string, string> = {}): string {
  const root = join(folder, "root of a host");
  const all = {
    "proc/meminfo": MEMINFO,
    "proc/zoneinfo": ZONEINFO,
    "proc/net/sockstat": "sockets: used 4\nTCP: inuse 1 orphan 0 tw 0 alloc 2 mem 3\n",
    "proc/7/stat": `7 (nginx) S 1 ${"0 ".repeat(19)}500 0\n`,
    "proc/7/status": "Name:\tnginx\nState:\tT (stopped)\nSigQ:\t0/1\n",
    "proc/7/cgroup": "0::/system.slice/nginx.service\n",
    "proc/7/smaps_rollup": "Rss:  2000 kB\n",
    "proc/7/cmdline": "nginx: worker process\0",
    "etc/hostname": "web-01\n",
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

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
    expect(collect(["--root", folder])).toMatchObject({ status: 1, left: [] });
  });

  it("--redact leaves no address, path, command line or host name", () => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    writeFileSync(
      join(bin, "ss"),
      `#!/bin/sh
case $1 in -h) echo ' -O, --oneline'; exit ;; esac
echo 'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process'
echo 'tcp ESTAB 9 0 203.0.113.9:443 203.0.113.77:5000 users:(("a",pid=1,fd=3)) cgroup:/private'
echo 'tcp ESTAB 9 0 203.0.113.77:5000 127.0.0.1:80 ino:5'
echo 'tcp LISTEN 0 5 [2001:db8:aa::5]:443 [::]:* ino:6'
echo 'u_str ESTAB 0 0 /run/private.sock 77 * 78'
`,
    );
    chmodSync(join(bin, "ss"), 0o755);
    const run = collect(["--redact", "--wait", "0"], {
      env: { PATH: `${bin}:${process.env["PATH"]}` },
    });
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
    const bin = join(folder, "bin");
    mkdirSync(bin);
    const root = join(bin, "ss");
    writeFileSync(
      root,
      `#!/bin/sh
case $1 in -h) echo --oneline; exit ;; esac
echo 'Netid State Recv-Q Send-Q Local Peer'
awk 'BEGIN { for (i = 0; i < 6000; i++) print "tcp ESTAB 0 0 10.0.0.1:1 10.0.0.2:" i, "skmem:(r0,rb1,t0,tb1)" }'
echo 'tcp ESTAB 10 0 10.0.0.1:1 10.0.0.2:9 skmem:(r900,rb1,t0,tb1)'
echo 'u_dgr ESTAB 0 0 * 5 * 6 skmem:(r0,rb1,t4096,tb1)'
`,
    );
    chmodSync(root, 0o755);
    // The rows are filtered by the count in sockstat; a copy of the script is told a lower limit.
    const run = collect(["--wait", "0"], {
      env: { PATH: `${bin}:${process.env["PATH"]}` },
      input: source.replace('"$SOCKETS" -gt 5000', '"$SOCKETS" -ge 0'),
    });
    const snap = unpack(run);
    expect(read(snap, "t1/ss-all").trim().split("\n")).toHaveLength(3);
    expect(read(snap, "t1/ss-totals")).toContain("tcp ESTAB 6001\n");
    expect(read(snap, "missing")).toContain("t1/ss-all kept 2 of 6002 rows");
  });
});

describe.skipIf(!isLinux)("the collector's upload", () => {
  interface Request {
    readonly url: string;
    readonly token: string | undefined;
    readonly bytes: number;
  }

  async function upload(status: number, answer: string, tokenFile?: string) {
    const requests: Request[] = [];
    const server = createServer(async (request, response) => {
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      requests.push({ url: request.url ?? "", token: request.headers.authorization, bytes });
      response.writeHead(status, { "content-type": "application/json" }).end(answer);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const args = ["--root", machine(), "--wait", "0", "--upload", `http://127.0.0.1:${port}/`];
    if (tokenFile) args.push("--token-file", tokenFile);
    const child = spawn("sh", ["-s", "--", ...args], {
      cwd: join(folder, "out"),
      env: { ...process.env, TMPDIR: join(folder, "tmp") },
    });
    child.stdin.end(source);
    let out = "";
    let error = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    const code = await new Promise<number | null>((done) => child.on("close", done));
    server.close();
    return { code, out, error, requests, port, left: readdirSync(join(folder, "out")) };
  }

  it("sends the archive with the token and prints the link", async () => {
    const tokenFile = join(folder, "token");
    writeFileSync(tokenFile, "s3cret-Token_1\n");
    const answer = '{"url":"/nodes/web-01/0123456789abcdef-0","isKnown":false}';
    const result = await upload(201, answer, tokenFile);
    expect(result.error).not.toContain("not taken");
    expect(result.code).toBe(0);
    expect(result.out).toBe(`http://127.0.0.1:${result.port}/nodes/web-01/0123456789abcdef-0\n`);
    expect(result.requests).toHaveLength(1);
    expect(result.requests[0]?.url).toMatch(/^\/api\/v1\/snapshots\?name=memledger-web-01-.*gz$/);
    expect(result.requests[0]?.token).toBe("Bearer s3cret-Token_1");
    expect(result.requests[0]?.bytes).toBeGreaterThan(500);
    expect(result.left).toEqual([]);
  });

  it("keeps the archive and says why when the server refuses", async () => {
    const result = await upload(413, '{"error":{"message":"too large"}}');
    expect(result.code).toBe(3);
    expect(result.error).toContain("too large");
    expect(result.left).toHaveLength(1);
  });
});
