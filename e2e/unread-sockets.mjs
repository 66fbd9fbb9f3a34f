/**
 * Makes the incident that Memledger was built for, on loopback and with plain sockets: a server
 * accepts connections and never reads them, and a few bytes in each queue hold whole 32 KiB pages.
 *
 *     node e2e/unread-sockets.mjs [--messages 16384] [--connections 48] [--queued 4] [--port 4300]
 *
 * Prints `READY {json}` with the server's pid, the port, the messages and the bytes they hold, and
 * keeps it so until its stdin closes; then `ENDED`. The word `read` on its stdin makes the server go on
 * and read what waits, then `READING`. Needs Linux, and memory to spare.
 *
 * Why it holds so much: tcp_sendmsg cuts all data a task sends from that task's current page
 * fragment (net/core/sock.c skb_page_frag_refill, 32 KiB by default), whatever socket they go to.
 * Between two small messages the same task sends the rest of a fragment to a socket that *is*
 * read, so that each small message lies in a fragment of its own, and the fragment is free only
 * when the message has been read.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { FRAGMENT, fill, MESSAGE, open, openReader } from "./page-fragments.mjs";

/** @typedef {{ messages: number, connections: number, queued: number, port: number }} Options */
/** @typedef {{ listening?: true, stalled?: true, reading?: true, accepted?: number }} Told */

/**
 * @param {string} name
 * @returns {name is keyof Options}
 */
function isOption(name) {
  return ["messages", "connections", "queued", "port"].includes(name);
}

/**
 * Numbers given as `--name value`, else the defaults. Throws RangeError.
 * @param {readonly string[]} args
 */
function readOptions(args) {
  const options = { messages: 16_384, connections: 48, queued: 4, port: 4300 };
  for (let index = 0; index < args.length; index += 2) {
    const name = String(args[index]).replace(/^--/, "");
    const value = Number(args[index + 1]);
    if (!isOption(name) || !Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`unknown or bad option: ${args[index]} ${args[index + 1]}`);
    }
    options[name] = value;
  }
  // A guard for the machine: 3 GiB at most.
  if (options.messages * FRAGMENT > 3 * 2 ** 30) throw new RangeError("at most 98304 messages");
  return options;
}

/**
 * The server: accepts `connections` sockets and pauses them, so the kernel queues what arrives;
 * then stops accepting, so later connections wait in the accept queue. Told by its parent when.
 * @param {number} port
 */
async function serve(port) {
  process.title = "stalled-server";
  /** @type {import("node:net").Socket[]} */
  const sockets = [];
  let isReading = false;
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    sockets.push(socket);
    if (isReading) socket.resume();
    process.send?.({ accepted: sockets.length });
  });
  server.listen({ port, host: "127.0.0.1", backlog: 511 });
  await once(server, "listening");
  process.send?.({ listening: true });
  process.once("disconnect", () => process.exit(0));
  process.on("message", (message) => {
    if (message !== "stall") return;
    stall(() => {
      isReading = true;
      for (const socket of sockets) socket.resume();
      process.send?.({ reading: true });
    });
  });
}

/**
 * A blocked thread accepts nothing: this is what a process in an endless loop or in a stuck system
 * call does. Here it waits, without processor time, for a byte of its parent.
 * @param {() => void} goOn
 */
function stall(goOn) {
  process.send?.({ stalled: true }, () => {
    setImmediate(() => {
      // Nothing must stay behind when the parent was killed: then the pipe ends.
      if (readSync(0, Buffer.alloc(1)) === 0) process.exit(0);
      goOn();
    });
  });
}

/** @param {number} port */
function startServer(port) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "--serve", String(port)], {
    stdio: ["pipe", "inherit", "inherit", "ipc"],
  });
  /**
   * @param {(message: Told) => boolean} test
   * @returns {Promise<void>}
   */
  const until = (test) =>
    new Promise((resolve, reject) => {
      /** @param {Told} message */
      const look = (message) => {
        if (!test(message)) return;
        child.off("message", look);
        resolve();
      };
      child.on("message", look);
      child.once("exit", () => reject(new Error("the server ended")));
    });
  return { child, until };
}

/** @param {Options} options */
async function openStalled(options) {
  const { child, until } = startServer(options.port);
  await until((message) => message.listening === true);
  const accepted = until((message) => message.accepted === options.connections);
  const sockets = await Promise.all(
    Array.from({ length: options.connections }, () => open(options.port)),
  );
  await accepted;
  const stalled = until((message) => message.stalled === true);
  child.send("stall");
  await stalled;
  // These finish their handshake in the kernel and then belong to no process.
  const queued = await Promise.all(
    Array.from({ length: options.queued }, () => open(options.port)),
  );
  return { child, until, sockets: [...sockets, ...queued] };
}

/** @param {Options} options */
async function main(options) {
  process.title = "message-source";
  const { child, until, sockets } = await openStalled(options);
  const { server, sender } = await openReader();
  await fill(sockets, sender, options.messages);
  sender.destroy();
  server.close();
  const ready = {
    pid: child.pid,
    port: options.port,
    connections: options.connections,
    queued: options.queued,
    messages: options.messages,
    payloadBytes: options.messages * MESSAGE.length,
    expectedBytes: options.messages * FRAGMENT,
  };
  process.stdout.write(`READY ${JSON.stringify(ready)}\n`);
  process.stdin.on("data", (bytes) => {
    if (!String(bytes).includes("read")) return;
    void until((message) => message.reading === true).then(() => process.stdout.write("READING\n"));
    child.stdin?.write("r");
  });
  await once(process.stdin, "end");
  child.removeAllListeners("exit");
  child.kill("SIGKILL");
  for (const socket of sockets) socket.destroy();
  process.stdout.write("ENDED\n");
  process.exit(0);
}

if (process.argv[2] === "--serve") await serve(Number(process.argv[3]));
else await main(readOptions(process.argv.slice(2)));
