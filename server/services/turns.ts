export type Turns = ReturnType<typeof createTurns>;

/** Work on the same key is done one after the other, in the order it came; work on other keys beside it. */
export function createTurns() {
  const last = new Map<string, Promise<unknown>>();

  return async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(key) ?? Promise.resolve();
    // What went wrong before belongs to whoever asked for it.
    const turn = before.then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
