import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach } from "vitest";
import { machine, pathFor, script, testFolder } from "./collector.test-support";

interface Answer {
  readonly status?: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Never answers. */
  readonly hangs?: boolean;
}

interface Received {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly atMs: number;
  /** Texts of the pushes, in order. */
  readonly pushes: readonly string[];
  /** What it was answered. */
  readonly status: number;
}

export const TAKEN: Answer = { body: '{"accepted":1,"duplicate":0,"rejected":[]}' };

const STORED: Answer = { status: 201, body: '{"url":"/nodes/a/b"}' };

export interface PushServer {
  readonly url: string;
  readonly requests: Received[];
  /** What is answered from now on. */
  answer: (received: Omit<Received, "status">) => Answer;
  /** What a full snapshot is answered. */
  stored: Answer;
  /** Pushes that were answered with 200. */
  readonly taken: () => readonly string[];
  readonly close: () => void;
}

const open: (() => void)[] = [];
afterEach(async () => {
  const closing = open.splice(0);
  for (const close of closing) close();
});

/** A server that keeps what it is sent. With `port`, where an earlier one stood. */
export async function startPushServer(port = 0): Promise<PushServer> {
  const requests: Received[] = [];
  const server: Server = createServer(async (request, response) => {
    const received = await receive(request);
    const isPush = received.url === "/api/v1/push";
    const answer = isPush ? self.answer(received) : self.stored;
    const status = answer.status ?? 200;
    requests.push({ ...received, status: answer.hangs ? 0 : status });
    if (!answer.hangs) response.writeHead(status, answer.headers).end(answer.body ?? "");
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : 0;
  const self: PushServer = {
    url: `http://127.0.0.1:${bound}`,
    requests,
    answer: () => TAKEN,
    stored: STORED,
    taken: () => requests.filter(({ status }) => status === 200).flatMap(({ pushes }) => pushes),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  open.push(self.close);
  return self;
}

async function receive(request: IncomingMessage): Promise<Omit<Received, "status">> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = request.url ?? "";
  const text = url === "/api/v1/push" ? gunzipSync(Buffer.concat(chunks)).toString() : "";
  const pushes = text.split(/^(?=memledger-push 1$)/m).filter(Boolean);
  return { url, headers: request.headers, atMs: Date.now(), pushes };
}

export interface Agent {
  readonly child: ChildProcess;
  readonly spool: string;
  readonly said: () => string;
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | null>;
  readonly ended: Promise<number | null>;
  /** Pushes that wait in the spool, oldest first, and whatever else lies there. */
  readonly waiting: () => readonly string[];
  readonly leftovers: () => readonly string[];
}

interface AgentSetup {
  readonly shell?: readonly string[];
  readonly env?: Record<string, string>;
  readonly root?: string;
  readonly args?: readonly string[];
  readonly spool?: string;
  readonly interval?: string;
  /** Another script: a copy with other bounds. */
  readonly script?: string;
}

/** An agent on a small machine that pushes to `url` every 0.2 s. */
export function startAgent(url: string, setup: AgentSetup = {}): Agent {
  const [command = "sh", ...rest] = setup.shell ?? ["sh"];
  const spool = setup.spool ?? join(testFolder(), "spool");
  const options = ["--push", url, "--root", setup.root ?? machine(), "--spool", spool];
  const pace = ["--interval", setup.interval ?? "0.2", "--wait", "0"];
  const child = spawn(
    command,
    [...rest, setup.script ?? script, "--agent", ...options, ...pace, ...(setup.args ?? [])],
    {
      env: { ...process.env, ...pathFor(command), ...setup.env },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | null>((done) => child.on("close", done));
  open.push(() => child.kill("SIGTERM"));
  return {
    child,
    spool,
    ended,
    said: () => said,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
    waiting: () => filesBelow(join(spool, "queue")).filter((name) => name.endsWith(".gz")),
    leftovers: () => filesBelow(spool).filter((path) => !path.startsWith("queue")),
  };
}

const filesBelow = (folder: string) =>
  existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];

/** Waits until something has happened; says what did not. */
export async function until(what: string, happened: () => boolean, agent?: Agent): Promise<void> {
  const patience = Date.now() + 25_000;
  while (!happened()) {
    if (Date.now() > patience) throw new Error(`did not happen: ${what}. ${agent?.said() ?? ""}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** A copy of the script with other bounds: where the old stands the new is put. */
export function scriptWith(changes: Record<string, string>): string {
  let text = readFileSync(script, "utf8");
  for (const [from, to] of Object.entries(changes)) {
    if (!text.includes(from)) throw new Error(`the script has no ${from}`);
    text = text.replaceAll(from, to);
  }
  const path = join(testFolder(), "agent.sh");
  writeFileSync(path, text);
  return path;
}

/** Value of a header line of a push; the lines of it that repeat, joined. */
export function headerOf(push: string, name: string): string {
  const [head = ""] = push.split("\n\n", 1);
  const lines = head.split("\n").filter((line) => line.startsWith(`${name}: `));
  return lines.map((line) => line.slice(name.length + 2)).join("|");
}

export const takenAt = (push: string) => Number(headerOf(push, "taken"));

/** Names of the frames of a push, in order. */
export const framesOf = (push: string) =>
  [...push.matchAll(/^==> (.*) <==$/gm)].map(([, name]) => name);

/** Every process whose command line or environment names the spool of this test. */
export function processesOf(spool: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => textOf(`/proc/${pid}/environ`).includes(`TMPDIR=${spool}\0`))
    .map((pid) => `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll("\0", " ")}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
