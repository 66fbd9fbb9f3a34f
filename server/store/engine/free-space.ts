import { statfs } from "node:fs/promises";
import { EngineError } from "./engine-error";

// What takes something away is written as a row too: a shorter retention, a token or a share that is revoked. And a
// server that was brought up to date must start, or nobody could make room with it.
const TAKES_AWAY = /^INSERT\s+INTO\s+(?:settings|agent_tokens|diagnoses|schema_migrations)\b/i;
const SMALL_BYTES = 64 * 1024;

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

  /**
   * @throws EngineError 243 NOT_ENOUGH_SPACE when an insert of so many bytes would eat into the reserve; into the last
   * quarter of it, for the small rows with which room is made
   */
  async requireFor(sql: string, bytes: number): Promise<void> {
    const makesRoom = bytes <= SMALL_BYTES && TAKES_AWAY.test(sql);
    const free = await this.freeBytes();
    if (free - bytes >= (makesRoom ? this.#reserveBytes / 4 : this.#reserveBytes)) return;
    throw new EngineError(
      243,
      "NOT_ENOUGH_SPACE",
      `${free} bytes are free in ${this.#folder}, and ${this.#reserveBytes} are kept in reserve. ` +
        "Nothing was written; free space or lower MEMLEDGER_RESERVE.",
    );
  }
}
