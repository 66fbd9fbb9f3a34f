import { statfs } from "node:fs/promises";
import { EngineError } from "./engine-error";

/**
 * Refuses inserts before the disk is full. On a full disk even dropping old partitions fails, so the
 * reserve is what retention needs to work at all.
 */
export class FreeSpaceGuard {
  readonly #folder: string;
  readonly #reserveBytes: number;

  constructor(folder: string, reserveBytes: number) {
    this.#folder = folder;
    this.#reserveBytes = reserveBytes;
  }

  /** Bytes that an ordinary user may still write. */
  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#folder);
    return bavail * bsize;
  }

  /** @throws EngineError 243 NOT_ENOUGH_SPACE when `bytes` more would eat into the reserve. */
  async require(bytes: number): Promise<void> {
    const free = await this.freeBytes();
    if (free - bytes >= this.#reserveBytes) return;
    throw new EngineError(
      243,
      "NOT_ENOUGH_SPACE",
      `${free} bytes are free in ${this.#folder}, and ${this.#reserveBytes} are kept in reserve. ` +
        "Nothing was written; free space or lower MEMLEDGER_RESERVE.",
    );
  }
}
