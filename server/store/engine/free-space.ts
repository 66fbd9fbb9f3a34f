import { statfs } from "node:fs/promises";
import { EngineError } from "./engine-error";

// Asked at most once a second: a push a second from thousands of nodes must not become as many system calls.
const MAX_AGE_MS = 1000;

/**
 * Refuses inserts before the disk is full. On a full disk even dropping old partitions fails, so the
 * reserve is what retention needs to work at all.
 */
export class FreeSpaceGuard {
  readonly #folder: string;
  readonly #reserveBytes: number;
  #free = 0;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(folder: string, reserveBytes: number) {
    this.#folder = folder;
    this.#reserveBytes = reserveBytes;
  }

  /** Bytes that an ordinary user may still write, at most a second old. */
  async freeBytes(): Promise<number> {
    const now = performance.now();
    if (now - this.#askedAt > MAX_AGE_MS) {
      const { bavail, bsize } = await statfs(this.#folder);
      this.#free = bavail * bsize;
      this.#askedAt = now;
    }
    return this.#free;
  }

  /** @throws EngineError 243 NOT_ENOUGH_SPACE when `bytes` more would eat into the reserve. */
  async require(bytes: number): Promise<void> {
    const free = await this.freeBytes();
    if (free - bytes >= this.#reserveBytes) {
      this.#free -= bytes;
      return;
    }
    throw new EngineError(
      243,
      "NOT_ENOUGH_SPACE",
      `${free} bytes are free in ${this.#folder}, and ${this.#reserveBytes} are kept in reserve. ` +
        "Nothing was written; free space or lower MEMLEDGER_RESERVE.",
    );
  }
}
