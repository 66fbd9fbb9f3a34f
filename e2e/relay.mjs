/**
 * Carries connections out of a network namespace: a socket file is reached from every one.
 *
 *     node e2e/relay.mjs PORT SOCKET     listens on loopback, passes on to the socket file
 */
import { connect, createServer } from "node:net";

const [port, socket] = process.argv.slice(2);

createServer((inner) => {
  const outer = connect(String(socket));
  inner.pipe(outer).pipe(inner);
  inner.on("error", () => outer.destroy());
  outer.on("error", () => inner.destroy());
}).listen({ port: Number(port), host: "127.0.0.1" }, () => process.stdout.write("LISTENING\n"));
