/**
 * The incident with a real nginx: one of its workers is stopped (SIGSTOP) and its connections go
 * on receiving small messages. Used to make the captures in server/fixtures/example-*.
 *
 *     node e2e/stopped-nginx.mjs --master PID --port 8080 --messages 73728 --connections 64
 *
 * Prints `CONNECTED`, then waits for a line on stdin; then fills and prints `READY {json}`; at the
 * next line it kills the worker (nginx starts a new one), closes its connections, prints `ENDED`.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { FRAGMENT, fill, MESSAGE, open, openReader } from "./page-fragments.mjs";

/** @param {readonly string[]} args */
function readOptions(args) {
  /** @type {Record<"master" | "messages" | "connections" | "port", number>} */
  const options = { master: 0, messages: 16_384, connections: 64, port: 8080 };
  for (let index = 0; index < args.length; index += 2) {
    const name = String(args[index]).replace(/^--/, "");
    if (!isOption(name)) throw new RangeError(`unknown option: ${args[index]}`);
    options[name] = Number(args[index + 1]);
  }
  // A guard for the machine: 3 GiB at most.
  if (options.messages * FRAGMENT > 3 * 2 ** 30) throw new RangeError("at most 98304 messages");
  return options;
}

/**
 * @param {string} name
 * @returns {name is "master" | "messages" | "connections" | "port"}
 */
function isOption(name) {
  return ["master", "messages", "connections", "port"].includes(name);
}

/**
 * Pids of the processes whose parent is `master`.
 * @param {number} master
 */
function workersOf(master) {
  const children = readFileSync(`/proc/${master}/task/${master}/children`, "utf8");
  return children.trim().split(/\s+/).map(Number);
}

/**
 * Inodes of the sockets that the process has open.
 * @param {number} pid
 */
function socketInodes(pid) {
  const targets = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
  return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
}

/**
 * Peer ports of the established connections whose socket is one of `inodes`.
 * @param {ReadonlySet<string>} inodes
 */
function peerPorts(inodes) {
  const rows = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  const own = fields.filter((row) => row[3] === "01" && inodes.has(row[9] ?? ""));
  return new Set(own.map((row) => Number.parseInt(row[2]?.split(":")[1] ?? "", 16)));
}

const REQUEST = Buffer.from("GET / HTTP/1.1\r\nHost: web-07\r\n\r\n");

/**
 * Each connection asks once, so that a worker has it open as a kept-alive one.
 * @param {{ connections: number, port: number }} options
 */
async function connectAll(options) {
  const sockets = await Promise.all(
    Array.from({ length: options.connections }, () => open(options.port)),
  );
  for (const socket of sockets) {
    socket.resume();
    socket.write(REQUEST);
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return sockets;
}

/**
 * The worker that has most of the connections, and those connections.
 * @param {number} master
 * @param {readonly import("node:net").Socket[]} sockets
 */
function busiestWorker(master, sockets) {
  const workers = workersOf(master).map((pid) => {
    const ports = peerPorts(socketInodes(pid));
    return { pid, own: sockets.filter((socket) => ports.has(socket.localPort ?? 0)) };
  });
  const [busiest] = workers.sort((a, b) => b.own.length - a.own.length);
  if (!busiest) throw new Error("nginx has no workers");
  return busiest;
}

const options = readOptions(process.argv.slice(2));
process.title = "log-shipper";
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const sockets = await connectAll(options);
const worker = busiestWorker(options.master, sockets);
process.stdout.write("CONNECTED\n");
await lines.next();

process.kill(worker.pid, "SIGSTOP");
const { server, sender } = await openReader();
await fill(worker.own, sender, options.messages);
sender.destroy();
server.close();
const ready = {
  pid: worker.pid,
  port: options.port,
  connections: worker.own.length,
  messages: options.messages,
  payloadBytes: options.messages * MESSAGE.length,
  expectedBytes: options.messages * FRAGMENT,
};
process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
await lines.next();

process.kill(worker.pid, "SIGKILL");
for (const socket of sockets) socket.destroy();
process.stdout.write("ENDED\n");
process.exit(0);
