import { spawn } from "node:child_process";
import http from "node:http";
import net from "node:net";
import { fileURLToPath } from "node:url";
import { root } from "./checkout.mjs";

const READY_MS = 60_000;
const STOP_MS = 5000;

/**
 * Starts Next and waits until it answers.
 *
 * @param {{ host: string, port: number, isDev: boolean, env: Record<string, string> }} options
 */
export async function startSite({ host, port, isDev, env }) {
  const script = fileURLToPath(new URL("site-server.mjs", import.meta.url));
  const args = [script, isDev ? "dev" : "start", "-H", host, "-p", String(port)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
  });
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const output = holdOutput(child.stdout);
  const isReady = await Promise.race([answers(host, port), exited.then(() => false)]);
  output.release({ isShown: !isReady });
  if (!isReady) throw new Error("The site did not start; its output is above.");
  return { exited, stop: () => stopChild(child, exited) };
}

/**
 * Keeps back what Next says of itself at start: the launcher says where it listens. Later lines pass.
 *
 * @param {import("node:stream").Readable} stream
 */
function holdOutput(stream) {
  /** @type {Buffer[]} */
  let held = [];
  let isReleased = false;
  stream.on("data", (chunk) => {
    if (isReleased) process.stdout.write(chunk);
    else held.push(chunk);
  });
  return {
    /** @param {{ isShown: boolean }} options */
    release({ isShown }) {
      isReleased = true;
      if (isShown) process.stdout.write(Buffer.concat(held));
      held = [];
    },
  };
}

/**
 * Waits for an answer, not only for a listening socket: Next listens before it can serve.
 *
 * @param {string} host
 * @param {number} port
 */
async function answers(host, port) {
  const deadline = performance.now() + READY_MS;
  const address = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  while (performance.now() < deadline) {
    if (await respondsAt(address, port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function respondsAt(host, port) {
  return new Promise((resolve) => {
    const request = http.get({ host, port, path: "/healthz", agent: false }, (response) => {
      response.resume();
      resolve(true);
    });
    request.once("error", () => resolve(false));
  });
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {Promise<number | null>} exited
 */
async function stopChild(child, exited) {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await exited;
  clearTimeout(timer);
}

/**
 * @param {string} host
 * @param {number} port
 * @throws {Error} that says what to do when something else listens there
 */
export function requireFreePort(host, port) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) =>
      reject(portError(error, host, port)),
    );
    probe.listen({ host, port }, () => probe.close(() => resolve(undefined)));
  });
}

/**
 * @param {NodeJS.ErrnoException} error
 * @param {string} host
 * @param {number} port
 */
function portError(error, host, port) {
  if (error.code === "EADDRINUSE")
    return new Error(
      `Port ${port} on ${host} is taken. Choose another: PORT=${port + 1} npm start`,
    );
  if (error.code === "EADDRNOTAVAIL")
    return new Error(`HOST=${host} is no address of this machine.`);
  return new Error(`Cannot listen on ${host}:${port}: ${error.message}`);
}
