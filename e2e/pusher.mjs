/** Many nodes that push at once and, as the agent does, send again whatever was not acknowledged. */
import { setTimeout as wait } from "node:timers/promises";
import { pushBody } from "./push-body.mjs";

const PAUSE_MS = 150;
// A server that died with the connection open is noticed at once; one that hangs, after this.
const TIMEOUT_MS = 20_000;
// More than one sample a body, so that a body can be kept in part.
const PER_BODY = 3;

/**
 * @typedef {object} PushedNode
 * @property {string} node
 * @property {number[]} acknowledged moments (epoch seconds by the node's clock) that a 200 spoke of
 * @property {number} sent how many moments were sent, acknowledged or not
 */

/**
 * @param {object} options
 * @param {string} options.url of the site
 * @param {number} options.nodes
 * @param {number} options.firstTaken epoch seconds; each node's samples stand 30 s apart from then on
 */
export function startPusher({ url, nodes, firstTaken }) {
  const state = Array.from({ length: nodes }, (_, at) => ({
    node: `crash-${String(at).padStart(3, "0")}`,
    acknowledged: /** @type {number[]} */ ([]),
    sent: 0,
  }));
  const tally = { requests: 0, repeated: 0, duplicates: 0, refusals: new Map() };
  let isStopping = false;

  /** @param {PushedNode} own */
  const run = async (own) => {
    while (!isStopping) {
      const moments = Array.from({ length: PER_BODY }, (_, i) => firstTaken + 30 * (own.sent + i));
      own.sent += PER_BODY;
      const body = pushBody(
        moments.map((taken) => ({ node: own.node, taken, usedKib: (taken / 30) % 1000 })),
      );
      if (await sendUntilTaken(body)) own.acknowledged.push(...moments);
    }
  };

  /** @param {Buffer} body @returns {Promise<boolean>} false when stopped before it was taken */
  const sendUntilTaken = async (body) => {
    for (let tries = 0; tries === 0 || !isStopping; tries += 1) {
      if (tries > 0) {
        tally.repeated += 1;
        await wait(PAUSE_MS * (0.5 + Math.random()));
      }
      if (await send(body)) return true;
    }
    return false;
  };

  /** @param {Buffer} body */
  const send = async (body) => {
    tally.requests += 1;
    try {
      const response = await fetch(`${url}/api/v1/push`, {
        method: "POST",
        body: new Uint8Array(body),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (response.status === 200) return isWhole(JSON.parse(text));
      note(`${response.status} ${text.slice(0, 160)}`);
    } catch (error) {
      note(reasonOf(error));
    }
    return false;
  };

  /** @param {{ accepted: number, duplicate: number, rejected: unknown[] }} answer */
  const isWhole = ({ accepted, duplicate, rejected }) => {
    tally.duplicates += duplicate;
    if (accepted + duplicate === PER_BODY && rejected.length === 0) return true;
    throw new Error(`answered 200 with ${JSON.stringify({ accepted, duplicate, rejected })}`);
  };

  /** @param {string} reason */
  const note = (reason) => tally.refusals.set(reason, (tally.refusals.get(reason) ?? 0) + 1);

  const running = state.map(run);
  return {
    state,
    tally,
    acknowledged: () => state.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0),
    stop: async () => {
      isStopping = true;
      await Promise.all(running);
    },
  };
}

/** @param {unknown} error */
function reasonOf(error) {
  const cause = error instanceof Error ? error.cause : undefined;
  if (cause instanceof Error) return "code" in cause ? String(cause.code) : cause.message;
  return error instanceof Error ? error.message : String(error);
}
