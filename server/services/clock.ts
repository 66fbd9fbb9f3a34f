import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

interface ClockOptions {
  /** How many times faster than the machine's clock; 1 in production. */
  readonly speed: number;
  /** The moment from which on it runs faster: ms since 1970, UTC. */
  readonly originMs: number;
  /** What it showed at that moment; without it the same. */
  readonly shownMs?: number;
}

/** A clock that shows `shownMs` at `originMs` and runs `speed` times as fast as the machine's. */
export function createClock({ speed, originMs, shownMs = originMs }: ClockOptions) {
  return (): number => Math.round(shownMs + (Date.now() - originMs) * speed);
}

const FILE = "test-clock.json";

const anchor = z.object({
  speed: z.number().positive(),
  originMs: z.number(),
  shownMs: z.number(),
});

/**
 * The clock of a data folder. Web server and worker agree on it, and a restart keeps it, because the moment
 * at which it began to run faster lies in the folder. A folder that was once opened with another speed goes on
 * from the time it had reached: time never goes back below samples that are stored already.
 *
 * @throws Error when the folder cannot be written or holds another file under that name
 */
export function openClock(options: { readonly dataDir: string; readonly speed: number }) {
  const { dataDir, speed } = options;
  const path = join(dataDir, FILE);
  const kept = readAnchor(path);
  if (!kept && speed === 1) return Date.now;
  if (kept?.speed === speed) return createClock(kept);
  const originMs = Date.now();
  const next = { speed, originMs, shownMs: kept ? createClock(kept)() : originMs };
  mkdirSync(dataDir, { recursive: true });
  writeAnchor(path, next, kept === undefined);
  return createClock(readAnchor(path) ?? next);
}

function readAnchor(path: string): z.infer<typeof anchor> | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return anchor.parse(JSON.parse(text));
}

/** Of two processes that open a fresh folder at once the first one's file stays. */
function writeAnchor(path: string, value: z.infer<typeof anchor>, isFirst: boolean): void {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify(value), { mode: 0o600 });
  if (!isFirst) {
    renameSync(own, path);
    return;
  }
  try {
    linkSync(own, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(own, { force: true });
  }
}
