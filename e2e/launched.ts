import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "@playwright/test";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A server of a test's own, beside the one that all tests share. */
export interface Launched {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

export interface LaunchOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly variables?: Record<string, string>;
}

/** Runs `npm start` in effect; the shared server has just been built, so that this builds nothing. */
export function launch({ port, dataDir, variables = {} }: LaunchOptions): Launched {
  const child = spawn(process.execPath, ["server/launch/start.mjs"], {
    cwd: ROOT,
    env: {
      ...process.env,
      PORT: String(port),
      HOST: "127.0.0.1",
      MEMLEDGER_DATA: dataDir,
      ...variables,
    },
  });
  let output = "";
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, output: () => output, exited };
}

/** Waits until the server says where it listens. */
export async function ready({ output }: Launched): Promise<void> {
  await expect.poll(output, { timeout: 25_000, intervals: [50] }).toContain("Data lies in");
}

/** Ends the server and waits until it has let go of its port and its folder. */
export async function end({ child, exited }: Launched): Promise<void> {
  child.kill("SIGTERM");
  await exited;
}
