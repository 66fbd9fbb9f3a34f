/** Holding page fragments with unread messages: what the incident programs share. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Bytes of one page fragment: SKB_FRAG_PAGE_ORDER 3 on 4 KiB pages (net/core/sock.c). */
export const FRAGMENT = 32 * 1024;
export const MESSAGE = Buffer.alloc(10, "m");
const FILLER = Buffer.alloc(FRAGMENT - MESSAGE.length, "f");

/**
 * A connection to a local port, without Nagle: each message leaves at once.
 * @param {number} port
 */
export async function open(port) {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => socket.destroy());
  await once(socket, "connect");
  return socket.setNoDelay(true);
}

/**
 * Resolves when the kernel has taken the bytes: only then may the next message be cut.
 * @param {import("node:net").Socket} socket
 * @param {Buffer} bytes
 * @returns {Promise<void>}
 */
function write(socket, bytes) {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** A healthy server in this process whose connection takes the filler and reads it. */
export async function openReader() {
  const server = createServer((socket) => socket.resume().on("error", () => socket.destroy()));
  server.listen({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const sender = await open(address.port);
  return { server, sender };
}

/**
 * Sends `messages` small messages round robin, and after each a fragment's rest to `sender`.
 * @param {readonly import("node:net").Socket[]} sockets
 * @param {import("node:net").Socket} sender
 * @param {number} messages
 */
export async function fill(sockets, sender, messages) {
  for (let index = 0; index < messages; index++) {
    const socket = sockets[index % sockets.length];
    if (!socket) throw new Error("no connection to fill");
    await write(socket, MESSAGE);
    await write(sender, FILLER);
  }
}
