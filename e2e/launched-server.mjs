/** A server as `npm start` runs it, on a folder of its own, whose processes can be killed one by one. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { inRoot, root } from "../server/launch/checkout.mjs";

const READY_MS = 240_000;

/**
 * @param {object} options
 * @param {string} options.dataDir
 * @param {Record<string, string>} [options.variables]
 */
export async function launchServer({ dataDir, variables = {} }) {
  const port = await freePort();
  const child = spawn(process.execPath, [inRoot("server/launch/start.mjs")], {
    cwd: root,
    env: {
      ...process.env,
      HOST: "127.0.0.1",
      PORT: String(port),
      MEMLEDGER_DATA: dataDir,
      MEMLEDGER_CLICKHOUSE_URL: "",
      ...variables,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-100_000);
    });
  }
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const url = `http://127.0.0.1:${port}`;
  await until(() => {
    if (child.exitCode !== null) throw new Error(`the server did not start:\n${output}`);
    return output.includes("Data lies in");
  }, READY_MS);

  /** Pids of this server: those whose environment names its folder. */
  const pids = () =>
    readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => read(`/proc/${pid}/environ`).includes(`MEMLEDGER_DATA=${dataDir}\0`))
      .map(Number);

  return {
    url,
    port,
    output: () => output,
    /** @param {"engine" | "site"} part @returns {number | undefined} */
    pidOf: (part) => {
      // Next writes its own name over the command line.
      const name = part === "site" ? /next-server/ : /engine\.mjs/;
      return pids().find((pid) => name.test(read(`/proc/${pid}/cmdline`)));
    },
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
    /** As a power cut would, but for what the kernel still writes. */
    killAll: async () => {
      for (const pid of [child.pid ?? 0, ...pids()]) kill(pid);
      await exited;
      await until(() => pids().length === 0, 10_000);
    },
  };
}

/** @param {number} pid */
export function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * @param {() => boolean | Promise<boolean>} test
 * @param {number} ms
 */
export async function until(test, ms) {
  const deadline = performance.now() + ms;
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`waited ${ms} ms in vain`);
    await wait(20);
  }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
