import { setTimeout as wait } from "node:timers/promises";
import { messageOf } from "./message-of";

export interface RunRoundsOptions {
  readonly round: () => Promise<unknown>;
  /** How many times faster the server's clock runs than the machine's. */
  readonly clockSpeed: number;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: string) => void;
}

/** Two pushes of half a minute see a new verdict. */
const PAUSE_MS = 15_000;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 60_000;

/** Round after round until it is told to stop. A store that is away is asked less and less often. */
export async function runRounds(options: RunRoundsOptions): Promise<void> {
  const { round, clockSpeed, signal, onProblem } = options;
  const pauseMs = Math.max(SHORTEST_MS, PAUSE_MS / clockSpeed);
  let failures = 0;
  while (!signal.aborted) {
    try {
      await round();
      failures = 0;
    } catch (error) {
      failures += 1;
      onProblem(messageOf(error));
    }
    const pause = Math.min(LONGEST_MS, pauseMs * 2 ** Math.min(failures, 6));
    await wait(pause, undefined, { signal }).catch(() => undefined);
  }
}
