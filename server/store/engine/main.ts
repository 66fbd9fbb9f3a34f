import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { FreeSpaceGuard } from "./free-space";
import { createFront } from "./http-front";
import { checkFolder, findBrokenParts } from "./open-checks";
import { SessionPool } from "./session-pool";

/**
 * The embedded engine's process. It reads its orders as one line of JSON from stdin, answers with one
 * line on stdout (`{"ready":…}` or `{"failed":…}`), then serves until stdin ends, which also happens when its
 * parent dies in whatever way, or until SIGTERM.
 */
interface Orders {
  readonly dataDir: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly password: string;
  readonly reserveBytes: number;
}

// Longer than any insert; a query still running then is given up, which loses nothing that was acknowledged.
const LAST_QUERIES_MS = 5000;

async function serve(orders: Orders): Promise<void> {
  const startedAt = performance.now();
  await checkFolder(orders.dataDir);
  const pool = new SessionPool(orders.dataDir);
  const space = new FreeSpaceGuard(orders.dataDir, orders.reserveBytes);
  const brokenParts = await findBrokenParts(pool);
  const server = createFront({ pool, space, password: orders.password });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(orders.port, "127.0.0.1", resolve);
  });
  stopWhenAsked(pool, server);
  say({
    ready: true,
    port: (server.address() as AddressInfo).port,
    openMs: Math.round(performance.now() - startedAt),
    brokenParts,
    freeBytes: await space.freeBytes(),
  });
}

function stopWhenAsked(pool: SessionPool, server: ReturnType<typeof createFront>): void {
  const stop = async () => {
    server.close();
    const deadline = performance.now() + LAST_QUERIES_MS;
    while (pool.running > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    if (pool.running === 0) pool.close();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.stdin.once("end", stop);
  // The terminal sends Ctrl-C to the whole group; the launcher decides when the engine goes.
  process.on("SIGINT", () => undefined);
}

function say(message: object): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

const lines = createInterface({ input: process.stdin });
lines.once("line", (line) => {
  serve(JSON.parse(line)).catch((error) => {
    say({ failed: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  });
});
