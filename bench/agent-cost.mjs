/**
 * What the agent costs, beside Debian's prometheus-node-exporter and netdata, all at the same time on this machine.
 *
 *     node bench/agent-cost.mjs [--seconds 3600] [--interval 30] [--out docs/agent-cost.md]
 *
 * Linux, root, /usr/bin/time; a tool that is not installed is left out. Each tool runs in a cgroup of its own:
 * CPU is the cgroup's (children included), memory the sum of Pss of its processes, looked at every 5 s. Context
 * switches of the agents are what wait4 says of the shell and all its children; of the others, which stay, the sum
 * over their threads at the end. The exporters are scraped as often as the agents push, with gzip.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, get } from "node:http";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3600" },
    interval: { type: "string", default: "30" },
    out: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const interval = Number(values.interval);
const script = fileURLToPath(new URL("../public/memledger.sh", import.meta.url));
const work = mkdtempSync(join(tmpdir(), "memledger-agent-cost-"));
const isV1 = existsSync("/sys/fs/cgroup/cpuacct");
const groups = join(isV1 ? "/sys/fs/cgroup/cpuacct" : "/sys/fs/cgroup", "memledger-agent-cost");

const sink = { requests: 0, snapshots: 0 };
/** Bytes that came in, by the tool that sent them or was asked for them. @type {Map<string, number>} */
const bytes = new Map();
const server = createServer((request, response) => {
  let size = 0;
  request.on("data", (chunk) => {
    size += chunk.length;
  });
  request.on("end", () => {
    const isPush = request.url?.includes("/api/v1/push");
    const tool = request.url?.split("/")[1] ?? "";
    bytes.set(tool, (bytes.get(tool) ?? 0) + size);
    if (isPush) sink.requests++;
    else sink.snapshots++;
    response.writeHead(isPush ? 200 : 201, { "content-type": "application/json" });
    response.end(isPush ? '{"accepted":1,"duplicate":0,"rejected":[]}' : '{"url":"/nodes/a/b"}');
  });
});
await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
const address = server.address();
const sinkPort = typeof address === "object" && address ? address.port : 0;

const applets = join(work, "applets");
mkdirSync(applets);
spawnSync("busybox", ["--install", "-s", applets]);

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} key
 * @property {readonly string[]} command
 * @property {Record<string, string | undefined>} [env]
 * @property {boolean} [isAgent]
 * @property {string} [leaves] folder that should be empty afterwards
 * @property {string} [scrape] what a scraper asks for
 */

const memory = ["meminfo", "vmstat", "sockstat", "zoneinfo", "slabinfo", "pressure", "filefd"];
const TOOLS = [
  agent("dash", ["dash"]),
  agent("busybox", ["busybox", "sh"]),
  exporter("node_exporter, as installed", "exporter", 19101, []),
  exporter("node_exporter, memory only", "exporter-memory", 19102, [
    "--collector.disable-defaults",
    ...memory.map((name) => `--collector.${name}`),
  ]),
  netdata(),
].filter((tool) => spawnSync("sh", ["-c", `command -v ${tool.command[0]}`]).status === 0);

/** @param {string} key @param {readonly string[]} shell @returns {Tool} */
function agent(key, shell) {
  const url = `http://127.0.0.1:${sinkPort}/${key}`;
  const spool = join(work, `spool-${key}`);
  const options = ["--agent", "--push", url, "--interval", String(interval), "--spool", spool];
  const path = key === "busybox" ? `${applets}:${process.env["PATH"]}` : process.env["PATH"];
  return {
    name: `agent, ${key}`,
    key,
    command: [...shell, script, ...options],
    env: { PATH: path },
    isAgent: true,
    leaves: spool,
  };
}

/** @param {string} name @param {string} key @param {number} port @param {readonly string[]} options @returns {Tool} */
function exporter(name, key, port, options) {
  const listen = `--web.listen-address=127.0.0.1:${port}`;
  const command = ["prometheus-node-exporter", listen, ...options];
  return { name, key, command, scrape: `http://127.0.0.1:${port}/metrics` };
}

/** @returns {Tool} */
function netdata() {
  const folders = ["cache", "lib", "log"].flatMap((kind) => {
    mkdirSync(join(work, `netdata-${kind}`));
    return ["-W", "set", "directories", kind, join(work, `netdata-${kind}`)];
  });
  const command = ["netdata", "-D", "-u", "root", "-p", "19103", ...folders];
  const scrape = "http://127.0.0.1:19103/api/v1/allmetrics?format=prometheus";
  return { name: "netdata, as installed", key: "netdata", command, scrape };
}

/** @param {Tool} tool */
function start(tool) {
  const group = join(groups, tool.key);
  mkdirSync(group, { recursive: true });
  const report = join(work, `${tool.key}.time`);
  const enter = 'echo $$ > "$0/cgroup.procs" && exec /usr/bin/time -f "%w %c" -o "$@"';
  const child = spawn("sh", ["-c", enter, group, report, ...tool.command], {
    stdio: ["ignore", "ignore", tool.isAgent ? "inherit" : "ignore"],
    env: { ...process.env, ...tool.env },
  });
  const ended = new Promise((done) => child.on("close", done));
  return { tool, group, report, child, ended, pss: /** @type {number[]} */ ([]), processes: 0 };
}

/** @param {string} group */
const pidsOf = (group) =>
  readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean);

/** Text of a file of a process, which may be gone. @param {string} path */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** /usr/bin/time is ours, not the tool's. @param {string} group */
const ownPids = (group) =>
  pidsOf(group).filter((pid) => textOf(`/proc/${pid}/comm`).trim() !== "time");

/** The tool itself is the child of /usr/bin/time. @param {string} pid */
const parentOf = (pid) => Number(/^PPid:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1]);

/** @param {ReturnType<typeof start>} run */
function lookAtMemory(run) {
  const pids = ownPids(run.group);
  const kib = pids.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0),
  );
  run.pss.push(kib.reduce((sum, each) => sum + each, 0));
  run.processes = Math.max(run.processes, pids.length);
}

/** @param {ReturnType<typeof start>} run */
function cpuSeconds(run) {
  if (isV1) return Number(textOf(join(run.group, "cpuacct.usage"))) / 1e9;
  return Number(/^usage_usec (\d+)/m.exec(textOf(join(run.group, "cpu.stat")))?.[1]) / 1e6;
}

/** @param {string} group @returns {[number, number]} */
function threadSwitches(group) {
  const sums = /** @type {[number, number]} */ ([0, 0]);
  for (const pid of ownPids(group)) {
    for (const task of existsSync(`/proc/${pid}/task`) ? readdirSync(`/proc/${pid}/task`) : []) {
      const text = textOf(`/proc/${pid}/task/${task}/status`);
      sums[0] += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(text)?.[1] ?? 0);
      sums[1] += Number(/^nonvoluntary_ctxt_switches:\s+(\d+)/m.exec(text)?.[1] ?? 0);
    }
  }
  return sums;
}

/** @param {ReturnType<typeof start>} run */
function scrape(run) {
  if (!run.tool.scrape) return;
  const request = get(run.tool.scrape, { headers: { "accept-encoding": "gzip" } }, (response) => {
    response.on("data", (chunk) => {
      bytes.set(run.tool.key, (bytes.get(run.tool.key) ?? 0) + chunk.length);
    });
  });
  request.on("error", (error) => console.error(`${run.tool.name}: ${error.message}`));
}

/** @param {ReturnType<typeof start>} run */
async function finish(run) {
  const cpu = cpuSeconds(run);
  let switches = threadSwitches(run.group);
  const tool = ownPids(run.group).find((pid) => parentOf(pid) === run.child.pid);
  if (tool !== undefined) process.kill(Number(tool), "SIGTERM");
  await Promise.race([run.ended, sleep(20_000)]);
  if (run.tool.isAgent) {
    const [voluntary, involuntary] = textOf(run.report).trim().split("\n").at(-1)?.split(" ") ?? [];
    switches = [Number(voluntary), Number(involuntary)];
  }
  await sleep(500);
  const left = pidsOf(run.group);
  if (left.length > 0) console.error(`${run.tool.name}: left ${left.length} processes behind`);
  for (const pid of left) process.kill(Number(pid), "SIGKILL");
  await sleep(500);
  rmdirSync(run.group);
  return { run, cpu, switches, isClean: left.length === 0 };
}

/** @param {Awaited<ReturnType<typeof finish>>} result */
function row({ run, cpu, switches, isClean }) {
  const perHour = 3600 / seconds;
  const mean = run.pss.reduce((sum, each) => sum + each, 0) / run.pss.length / 1024;
  const most = Math.max(...run.pss) / 1024;
  const sent = ((bytes.get(run.tool.key) ?? 0) * perHour) / 1024;
  const spool = run.tool.leaves;
  const leaves = spool ? String(existsSync(spool) ? readdirSync(spool).length : 0) : "";
  const cells = [
    run.tool.name,
    (cpu * perHour).toFixed(2),
    ((cpu / seconds) * 100).toFixed(3),
    Math.round(sent),
    `${mean.toFixed(1)} / ${most.toFixed(1)}`,
    run.processes,
    Math.round(switches[0] * perHour),
    Math.round(switches[1] * perHour),
    spool ? `${leaves} files, ${isClean ? "no" : "some"} process` : "",
  ];
  return `| ${cells.join(" | ")} |`;
}

mkdirSync(groups, { recursive: true });
const runs = TOOLS.map(start);
const until = performance.now() + seconds * 1000;
for (let look = 1; performance.now() < until; look++) {
  await sleep(Math.min(5000, Math.max(0, until - performance.now())));
  for (const run of runs) lookAtMemory(run);
  if (look % Math.max(1, Math.round(interval / 5)) === 0) for (const run of runs) scrape(run);
}
const results = [];
for (const run of runs) results.push(await finish(run));
rmdirSync(groups);
server.close();

const load = textOf("/proc/loadavg").split(" ").slice(0, 3).join(" ");
const table = [
  "| | CPU s per hour | % of one core | KiB per hour | Pss MiB, mean / most | processes | switches per hour: voluntary | involuntary | left after SIGTERM |",
  "|---|---:|---:|---:|---:|---:|---:|---:|---|",
  ...results.map(row),
].join("\n");
const about = `${seconds} s, every ${interval} s; ${cpus().length} cores, Linux ${release().split("-")[0]}, load average at the end ${load}. ${sink.requests} pushes and ${sink.snapshots} full snapshots were taken in.`;
const text = `${about}\n\n${table}\n`;
console.log(text);
if (values.out) writeFileSync(values.out, text);
rmSync(work, { recursive: true, force: true });
