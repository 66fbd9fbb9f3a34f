import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";
import { ROOT } from "./launched";

/** Where a program runs: before its own words stand those that bring it into its network. */
export interface Network {
  readonly into: readonly string[];
  readonly stop: () => Promise<void>;
}

/** The network of this machine itself. */
export const HOST_NETWORK: Network = { into: [], stop: async () => undefined };

export async function endProcess(child: ChildProcess, signal?: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  if (signal) child.kill(signal);
  else child.stdin?.end();
  await ended;
}

/** The rest of the first line that begins with `word`; throws when the program ends without it. */
export async function lineOf(child: ChildProcess, word: string): Promise<string> {
  if (!child.stdout) throw new Error("the program has no output");
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith(word)) return line.slice(word.length).trim();
  throw new Error(`the program ended before it said ${word}`);
}

/** A new network namespace in which 127.0.0.1:`port` leads to the server of this machine. */
export async function openNetwork(port: number, socket: string): Promise<Network> {
  const outside = createServer((from) => {
    const server = connect({ port, host: "127.0.0.1" });
    from.pipe(server).pipe(from);
    from.on("error", () => server.destroy());
    server.on("error", () => from.destroy());
  });
  outside.listen(socket);
  await once(outside, "listening");
  const relay = `ip link set lo up && exec "${process.execPath}" e2e/relay.mjs ${port} "${socket}"`;
  const child = spawn("unshare", ["-n", "sh", "-c", relay], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await lineOf(child, "LISTENING");
  return {
    into: ["nsenter", "-t", String(child.pid), "-n"],
    stop: async () => {
      await endProcess(child, "SIGTERM");
      outside.close();
    },
  };
}
