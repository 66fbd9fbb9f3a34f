import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { createInterface } from "node:readline";

/**
 * @typedef {object} EngineOptions
 * @property {string} script the bundled engine (dist/engine.mjs)
 * @property {string} dataDir folder of its own; made when absent
 * @property {number} [port] 0 or absent takes any free port
 * @property {string} [password] absent makes a random one
 * @property {number} [reserveBytes] inserts are refused when less is free
 */

/**
 * @typedef {object} Engine
 * @property {string} url for the database client, with user and password
 * @property {number} port
 * @property {string} password
 * @property {number} pid
 * @property {number} openMs
 * @property {number} freeBytes
 * @property {{ table: string, part: string, reason: string }[]} brokenParts rows in them are missing from every answer
 * @property {Promise<number | null>} exited resolves when the process has ended
 * @property {() => Promise<void>} stop ends it after its last queries; safe to call twice
 */

const DEFAULT_RESERVE_BYTES = 512 * 1024 * 1024;

// A thread per connection of the engine and some for files, DNS and zlib, which share libuv's pool.
const THREADS = "16";
const STOP_MS = 8000;
// Opening reads every part's header: seconds for a large store on a slow disk.
const OPEN_MS = 120_000;

/**
 * Starts the embedded engine and waits until it answers.
 *
 * @param {EngineOptions} options
 * @returns {Promise<Engine>}
 * @throws {Error} that says why the folder could not be opened
 */
export async function spawnEngine(options) {
  const password = options.password ?? randomBytes(24).toString("base64url");
  const child = spawn(process.execPath, [options.script], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, UV_THREADPOOL_SIZE: THREADS },
  });
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const complaints = keepLastLines(child.stderr);
  child.stdin.on("error", () => undefined); // it died before reading its orders; `exited` tells
  child.stdin.write(
    `${JSON.stringify({
      dataDir: path.resolve(options.dataDir),
      port: options.port ?? 0,
      password,
      reserveBytes: options.reserveBytes ?? DEFAULT_RESERVE_BYTES,
    })}\n`,
  );
  const ready = await firstAnswer(child, exited);
  if (ready.failed !== undefined) {
    child.kill("SIGKILL");
    throw new Error(explain(ready.failed, await complaints()));
  }
  return {
    url: `http://default:${password}@127.0.0.1:${ready.port}`,
    port: ready.port,
    password,
    pid: child.pid ?? 0,
    openMs: ready.openMs,
    freeBytes: ready.freeBytes,
    brokenParts: ready.brokenParts,
    exited,
    stop: () => stopChild(child, exited),
  };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {Promise<number | null>} exited
 * @returns {Promise<any>}
 */
async function firstAnswer(child, exited) {
  if (!child.stdout) throw new Error("The engine has no output.");
  const lines = createInterface({ input: child.stdout });
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const answer = await Promise.race([
    new Promise((resolve) => lines.once("line", (line) => resolve(JSON.parse(line)))),
    exited.then((code) => ({ failed: `The engine ended with code ${code}.` })),
    new Promise((resolve) => {
      timer = setTimeout(resolve, OPEN_MS, { failed: "The engine did not open in two minutes." });
    }),
  ]);
  clearTimeout(timer);
  return answer;
}

/**
 * The engine names the reason of a failed open only on stderr.
 *
 * @param {string} failed
 * @param {string[]} complaints
 */
function explain(failed, complaints) {
  const reason = complaints.find((line) => /DB::Exception|Exception:/.test(line));
  return reason === undefined ? failed : `${failed}: ${reason.slice(0, 1000)}`;
}

/**
 * Keeps the end of a stream, so that a noisy engine costs no memory.
 *
 * @param {import("node:stream").Readable} stream
 * @returns {() => Promise<string[]>} waits for the end of the stream, then gives its last lines
 */
function keepLastLines(stream) {
  /** @type {string[]} */
  const last = [];
  const ended = new Promise((resolve) => stream.once("close", resolve));
  createInterface({ input: stream }).on("line", (line) => {
    last.push(line.slice(0, 4000));
    if (last.length > 50) last.shift();
  });
  return async () => {
    await ended;
    return last;
  };
}

/**
 * @param {import("node:child_process").ChildProcess} child
 * @param {Promise<number | null>} exited
 */
async function stopChild(child, exited) {
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  child.stdin?.end();
  await exited;
  clearTimeout(timer);
}
