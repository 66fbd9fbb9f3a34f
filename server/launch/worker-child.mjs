import { spawn } from "node:child_process";
import { inRoot, root } from "./checkout.mjs";
import { keepRunning } from "./keep-running.mjs";

const STOP_MS = 5000;
/** What it cannot do without fails at once. */
const SETTLED_MS = 1000;

/**
 * Starts the process that judges the nodes over time, and starts it again whenever it dies. Without it pages and
 * pushes go on: it is no reason not to serve.
 *
 * @param {{ env: Record<string, string> }} options
 */
export function keepWorker({ env }) {
  return keepRunning({
    name: "trend worker",
    start: (/** @type {object | undefined} */ last) => startWorker(env, last !== undefined),
  });
}

/**
 * @param {Record<string, string>} env
 * @param {boolean} isAgain after a death it is waited for, so that one which cannot live is not called back
 */
async function startWorker(env, isAgain) {
  const child = spawn(process.execPath, [inRoot("dist/trend-worker.mjs")], {
    cwd: root,
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, ...env },
  });
  child.stdin.on("error", () => undefined); // it died; `exited` tells
  /** @type {Promise<number | null>} */
  const exited = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  const code = isAgain ? await Promise.race([exited, settled()]) : undefined;
  if (code !== undefined) throw new Error(`it ended with code ${code ?? "none"}`);
  return { exited, stop: () => stopChild(child, exited) };
}

/** @returns {Promise<undefined>} */
function settled() {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), SETTLED_MS));
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
