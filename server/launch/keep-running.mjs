// A crash is answered at once; a part that cannot start is not asked forty times a minute.
const PAUSES_MS = [100, 500, 1000, 2000, 5000, 10_000];
// After this long in service a death counts as the first again.
const STEADY_MS = 60_000;

/** @typedef {{ exited: Promise<number | null>, stop: () => Promise<void> }} Part */

/**
 * Starts a part of the server, a process of its own, and starts it again whenever it dies.
 *
 * @template {Part} P
 * @param {object} options
 * @param {string} options.name as it stands in a sentence: "engine"
 * @param {(last?: P) => Promise<P>} options.start throws when the part does not start; `last` is the one that died
 * @param {(part: P) => string} [options.detail] said of a part that is back
 * @param {(part: P) => void} [options.check] called with each part that was started
 * @returns {Promise<{ first: P, stop: () => Promise<void> }>} rejects when the first start fails
 */
export async function keepRunning({ name, start, detail = () => "", check = () => undefined }) {
  let part = await start();
  check(part);
  let isStopping = false;
  let deaths = 0;

  const watch = async () => {
    const startedAt = performance.now();
    const code = await part.exited;
    if (isStopping) return;
    if (performance.now() - startedAt > STEADY_MS) deaths = 0;
    console.error(`The ${name} ended (code ${code ?? "none"}); starting it again …`);
    await revive();
  };

  const revive = async () => {
    let isBack = false;
    while (!isBack && !isStopping) {
      await pause(PAUSES_MS[Math.min(deaths, PAUSES_MS.length - 1)] ?? 0);
      deaths += 1;
      isBack = isStopping || (await startAgain());
    }
  };

  const startAgain = async () => {
    try {
      part = await start(part);
    } catch (error) {
      console.error(
        `The ${name} does not start: ${error instanceof Error ? error.message : error}`,
      );
      return false;
    }
    if (isStopping) await part.stop();
    else serveAgain();
    return true;
  };

  const serveAgain = () => {
    console.error(`The ${name} is back${detail(part)}.`);
    check(part);
    void watch();
  };

  void watch();
  return {
    first: part,
    stop: async () => {
      isStopping = true;
      await part.stop();
    },
  };
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
