import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bodyOf,
  ESSENTIAL_FILES,
  HEAVY_FILES,
  pushText,
} from "../../ingest/push/push.test-support";
import { startPushing } from "../push/pushing.test-support";
import { judgingOver } from "./judging.test-support";

let running: Awaited<ReturnType<typeof startPushing>>;
let judging: ReturnType<typeof judgingOver>;

beforeAll(async () => {
  running = await startPushing();
  judging = judgingOver(running);
}, 60_000);

afterAll(() => running.stop());

/** KiB given back: the incident is over. */
const CALM = -2_600_000;

interface Push {
  readonly node: string;
  readonly isHeavy?: boolean;
  /** KiB that are in use more than in the capture; negative gives them back. */
  readonly missingKib?: number;
}

/** Half a minute later a push, and a round. */
async function pushAndJudge(
  { node, isHeavy = false, missingKib = 0 }: Push,
  judge: { readonly round: () => Promise<unknown> },
) {
  running.clock.nowMs += 30_000;
  const taken = running.clock.nowMs / 1_000;
  const files = isHeavy ? HEAVY_FILES : ESSENTIAL_FILES;
  const meminfo = (files["/proc/meminfo"] ?? "").replace(
    /^(MemFree|MemAvailable):( +)(\d+) kB$/gm,
    (_, name, space, value) => `${name}:${space}${Number(value) - missingKib} kB`,
  );
  const set = isHeavy ? "heavy" : "essential";
  const header = [`node: ${node}`, "boot: b-1", `taken: ${taken}`, "interval: 30", `set: ${set}`];
  const text = pushText({ header, files: { ...files, "/proc/meminfo": meminfo } });
  const answer = await running.send(bodyOf(text), { sentAtMs: running.clock.nowMs });
  expect(answer.accepted).toBe(1);
  await judge.round();
  return judging.verdictOf(node);
}

describe("rounds over nodes that push", () => {
  it("are told once, whoever judges, and go on after the worker has died", async () => {
    const node = "web-2";
    await pushAndJudge({ node, missingKib: CALM }, judging.open());
    const first = await pushAndJudge({ node, isHeavy: true }, judging.open());
    await judging.open().round();
    const second = await pushAndJudge({ node }, judging.open());
    expect(second?.reason).toMatchObject({
      kind: "look",
      look: { bucket: "allocpage", holder: { name: "the sockets of nginx (pid 1163)", pid: 1163 } },
    });
    expect(second?.sinceMs).toBe(first?.sinceMs);
    expect(await judging.changesOf(node)).toHaveLength(1);
  });

  it("are told once by two workers that both remember what was before", async () => {
    const node = "web-3";
    const workers = [judging.open(), judging.open()] as const;
    const both = { round: () => Promise.all(workers.map((judge) => judge.round())) };
    for (const missingKib of [CALM, CALM, 0, 0, CALM, CALM, CALM])
      await pushAndJudge({ node, missingKib }, both);
    expect((await judging.verdictOf(node))?.status).toBe("healthy");
    expect((await judging.changesOf(node)).map((text) => text.split(":")[0])).toEqual([
      "From healthy to suspect",
      "From suspect to healthy",
    ]);
  });

  it("tell what a node is within two pushes, who holds it, and that it is over", async () => {
    const judge = judging.open();
    const node = "web-1";
    const steps = [];
    for (const push of [
      { missingKib: CALM },
      { missingKib: 0 },
      { isHeavy: true },
      { missingKib: 0 },
      { missingKib: CALM },
      { missingKib: CALM },
    ])
      steps.push((await pushAndJudge({ node, ...push }, judge))?.status);
    expect(steps).toEqual(["healthy", "suspect", "suspect", "suspect", "suspect", "healthy"]);
    expect(await judging.changesOf(node)).toEqual([
      "From healthy to suspect: 2.52 GiB of 23.5 GiB are in pages that no counter shows",
      "Still suspect, for another reason: 2.52 GiB are held outside every counter by unread sockets of nginx (pid 1163)",
      expect.stringMatching(/^From suspect to healthy: All of 23.5 GiB is accounted for/),
    ]);
    expect(judging.problems).toEqual([]);
  });
});
