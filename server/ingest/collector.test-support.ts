import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach } from "vitest";

export const script = fileURLToPath(new URL("../../public/memledger.sh", import.meta.url));
export const source = readFileSync(script, "utf8");
export const isLinux = process.platform === "linux";
const work = mkdtempSync(join(tmpdir(), "memledger-collector-test-"));

// As on Alpine: busybox's own awk, grep, ls, tar come before any others.
const applets = join(work, "applets");
mkdirSync(applets);
spawnSync("busybox", ["--install", "-s", applets]);

export const SHELLS = [
  ["dash", ["dash"]],
  ["busybox sh", ["busybox", "sh"]],
  ["bash", ["bash", "--posix"]],
] as const;

export function isInstalled(command: string): boolean {
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

/** The folder of the running test: the script runs in out/, its temporary files go to tmp/. */
export function testFolder(): string {
  return folder;
}

/** Runs the script as users do: piped into a shell, in an empty folder. */
export function collect(args: readonly string[], setup: RunSetup = {}): Run {
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

/** Variables under which a shell finds its own applets first. */
export function pathFor(command: string): Record<string, string> {
  return command === "busybox" ? { PATH: `${applets}:${process.env["PATH"]}` } : {};
}

export function unpack(run: Run): string {
  const archive = run.out.trim().split("\n").at(-1) ?? "";
  execFileSync("tar", ["-xzf", archive, "-C", folder]);
  return join(folder, "snap");
}

/** A file of an unpacked snapshot. */
export const read = (snap: string, name: string) => readFileSync(join(snap, name), "utf8");

export const MEMINFO = "MemTotal:        2048000 kB\nMemFree:         1024000 kB\n";
export const ZONEINFO = "Node 0, zone   Normal\n  pages free     256000\n              count: 12\n";

/** A small machine below `folder`; `files` adds to it or replaces. */
export function machine(files: Record<string, string> = {}): string {
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

/** Tools that come before the machine's own, as scripts; the variables to run the collector with. */
export function withTools(tools: Readonly<Record<string, string>>): Record<string, string> {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const [name, text] of Object.entries(tools)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}`);
    chmodSync(join(bin, name), 0o755);
  }
  return { PATH: `${bin}:${process.env["PATH"]}` };
}
