import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bodyOf } from "../ingest/push/push.test-support";
import { NOW_S, push, startPushing } from "./push/pushing.test-support";

let running: Awaited<ReturnType<typeof startPushing>>;

beforeAll(async () => {
  running = await startPushing();
}, 60_000);
afterAll(() => running.stop());
beforeEach(() => {
  running.clock.nowMs = NOW_S * 1000;
  running.restart();
});

const send = (...args: Parameters<(typeof running)["send"]>) => running.send(...args);

describe("pushes", () => {
  it("are in the store, and in every rollup, when they are answered", async () => {
    const result = await send(bodyOf(push("in-1", 60), push("in-1", 30), push("in-2", 0)));
    expect(result).toEqual({ accepted: 3, duplicate: 0, rejected: [] });
    const [first] = await running.pointsOf("in-1");
    expect(first?.atMs).toBe((NOW_S - 60) * 1000);
    for (const level of ["raw", "5m", "1h"] as const)
      expect(await running.countOf("in-1", level)).toBe(2);
    expect((await running.latestOf("in-2"))?.memTotal).toBe(first?.memTotal);
  });

  it("of one body are kept when their neighbours are bad, and those are named", async () => {
    const cut = bodyOf(push("mixed", 0));
    const body = Buffer.concat([
      bodyOf(push("mixed", 90), "not a push", push("a/b", 60), push("mixed", 30)),
      cut.subarray(0, cut.length - 20),
    ]);
    const { rejected, ...counts } = await send(body);
    expect(counts).toEqual({ accepted: 2, duplicate: 0 });
    expect(rejected.map(({ push: place }) => place)).toEqual([1, 2, 4]);
    expect(rejected[2]?.error).toMatch(/ends in the middle/);
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["a text", Buffer.from(push("plain", 0))],
  ])("that are %s as a whole are refused with one message", async (_, body) => {
    await expect(send(body)).rejects.toMatchObject({ code: "badInput" });
  });

  it("that are too large are refused, unread where the sender says so", async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024 * 1024).fill(0x1f));
      },
    });
    const request = { grant: { allowsNode: () => true }, contentLength: 2 ** 30 };
    const claimed = running.own.services.pushes.receive({ ...request, body: endless });
    await expect(claimed).rejects.toMatchObject({ code: "tooLarge" });
    expect(pulled).toBeLessThanOrEqual(1);
    const silent = running.own.services.pushes.receive({
      ...request,
      contentLength: undefined,
      body: endless,
    });
    await expect(silent).rejects.toMatchObject({ code: "tooLarge" });
    expect(pulled).toBeLessThan(40);
  });

  it("that the store refuses for what they are cost nobody else's, and are named", async () => {
    const { samples } = running.store;
    const picky = {
      ...samples,
      insertSamples: async (batch: Parameters<typeof samples.insertSamples>[0]) => {
        if (batch.some(({ node }) => node === "poison")) throw new Error("Cannot parse input");
        await samples.insertSamples(batch);
      },
    };
    const to = running.open("rules", { store: { ...running.store, samples: picky } });
    const [bad, ...good] = await Promise.all(
      ["poison", "beside-1", "beside-2", "beside-3"].map((node) =>
        send(bodyOf(push(node, 0)), {}, to),
      ),
    );
    expect(bad).toMatchObject({ accepted: 0, rejected: [{ push: 0 }] });
    expect(good.map(({ accepted }) => accepted)).toEqual([1, 1, 1]);
    // All of a batch at once: then something is wrong with the store, and nothing is given up.
    await expect(send(bodyOf(push("poison", 30)), {}, to)).rejects.toThrow(/Cannot parse/);
  });

  it("for a node that the token may not speak for are refused one by one", async () => {
    const grant = { allowsNode: (node: string) => node === "mine" };
    const result = await send(bodyOf(push("mine", 0), push("theirs", 0)), { grant });
    expect(result.accepted).toBe(1);
    expect(result.rejected).toEqual([{ push: 1, error: expect.stringMatching(/token may not/) }]);
  });
});

describe("a push that is sent again", () => {
  it("counts once: in one body, in two requests at once, after a restart, in any order", async () => {
    const places = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 12 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(places, { minLength: 1, maxLength: 5 }), async (bodies) => {
        run += 1;
        const node = `again-${run}`;
        const half = Math.ceil(bodies.length / 2);
        const sendAll = (some: readonly number[][]) =>
          Promise.all(some.map((at) => send(bodyOf(...at.map((i) => push(node, 300 - i * 30))))));
        const before = await sendAll(bodies.slice(0, half));
        running.restart();
        const after = await sendAll(bodies.slice(half));
        const distinct = new Set(bodies.flat()).size;
        const sum = (read: (one: (typeof before)[number]) => number) =>
          [...before, ...after].reduce((total, one) => total + read(one), 0);
        expect(sum(({ accepted }) => accepted)).toBe(distinct);
        expect(sum(({ duplicate }) => duplicate)).toBe(bodies.flat().length - distinct);
        for (const level of ["raw", "5m"] as const)
          expect(await running.countOf(node, level)).toBe(distinct);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("to another server of the same store at the same moment is in no count twice", async () => {
    const [one, two] = [running.open(), running.open()];
    const body = bodyOf(...Array.from({ length: 10 }, (_, i) => push("two-servers", i * 30)));
    await Promise.all([send(body, {}, one), send(body, {}, two)]);
    for (const level of ["raw", "5m", "1h"] as const)
      expect(await running.countOf("two-servers", level)).toBe(10);
  });

  it("is known when it is older than what is remembered", async () => {
    const old = bodyOf(push("old", 20 * 3600));
    expect((await send(old)).accepted).toBe(1);
    running.restart();
    await send(bodyOf(push("old", 0)));
    expect(await send(old)).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  it("after an engine died between a sample and its rollup is whole then, at the moment it had", async () => {
    const sentAtMs = (NOW_S - 7200) * 1000;
    await send(bodyOf(push("half", 7200)), { sentAtMs });
    await running.client.command({
      query: "ALTER TABLE rollup_1h DELETE WHERE node = 'half' SETTINGS mutations_sync = 1",
    });
    running.restart();
    running.clock.nowMs += 5000;
    const again = await send(bodyOf(push("half", 7200)), { sentAtMs });
    expect(again).toEqual({ accepted: 1, duplicate: 0, rejected: [] });
    for (const level of ["raw", "5m", "1h"] as const)
      expect(await running.countOf("half", level)).toBe(1);
  });

  it("after the engine died is taken, and nothing that was answered is lost", async () => {
    await send(bodyOf(push("crash", 60)));
    const sent = send(bodyOf(push("crash", 30)));
    await running.crash();
    const result = await sent.catch(() => send(bodyOf(push("crash", 30))));
    expect(result.accepted + result.duplicate).toBe(1);
    expect(
      await send(bodyOf(push("crash", 60), push("crash", 30), push("crash", 0))),
    ).toMatchObject({
      accepted: 1,
      duplicate: 2,
    });
    for (const level of ["raw", "5m"] as const)
      expect(await running.countOf("crash", level)).toBe(3);
  }, 60_000);
});

describe("a server that is behind", () => {
  it("says busy, and takes the push later", async () => {
    const slow = running.open("rules", { pushFlushMs: 200, maxWaitingPushes: 2 });
    const first = send(bodyOf(push("busy", 90), push("busy", 60)), {}, slow);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await expect(send(bodyOf(push("busy", 30)), {}, slow)).rejects.toMatchObject({ code: "busy" });
    expect((await first).accepted).toBe(2);
    expect((await send(bodyOf(push("busy", 30)), {}, slow)).accepted).toBe(1);
  });
});

describe("a node that only pushes", () => {
  it("is listed and has a page, with the figures of its newest sample", async () => {
    await send(bodyOf(push("only-pushes", 30), push("only-pushes", 0)));
    const { nodes, total } = await running.own.services.nodes.list({
      limit: 10,
      search: "only-pushes",
    });
    expect([total, nodes.length]).toEqual([1, 1]);
    expect(nodes[0]).toMatchObject({
      status: "insufficient",
      snapshots: 0,
      lastSampleAt: new Date(NOW_S * 1000).toISOString(),
    });
    expect(nodes[0]?.used).toBeGreaterThan(0);
    const page = await running.own.services.nodes.get("only-pushes");
    expect([page.snapshots, page.sample?.atMs]).toEqual([[], NOW_S * 1000]);
    await expect(running.own.services.nodes.get("nobody")).rejects.toMatchObject({
      code: "notFound",
    });
  });
});

describe("names that are meant to hurt", () => {
  it.each(["节".repeat(200), "db\u{1f4be}", "x'--", "<script>", "constructor", "__proto__"])(
    "%s is a name and nothing else",
    async (node) => {
      const header = ["label: __proto__=x", `label: ${node}=<b>'`];
      expect((await send(bodyOf(push(node, 0, header)))).accepted).toBe(1);
      expect((await running.pointsOf(node)).length).toBe(1);
      const latest = await running.latestOf(node);
      expect(latest?.node).toBe(node);
    },
  );
});
