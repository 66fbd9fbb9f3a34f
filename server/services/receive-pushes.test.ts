import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  bodyOf,
  ESSENTIAL_FILES,
  HEAVY_FILES,
  headerOf,
  pushText,
} from "../ingest/push/push.test-support";
import { startServices } from "./running-services.test-support";

let running: Awaited<ReturnType<typeof startServices>>;
let services: (typeof running)["services"];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// Whole minutes, near the present: what is older than the retention goes.
const NOW_S = Math.floor(Date.now() / MINUTE) * 60;
const ANY_NODE = { allowsNode: () => true };

beforeAll(async () => {
  running = await startServices({ pushFlushMs: 10 });
}, 60_000);
afterAll(() => running.stop());
beforeEach(() => {
  // A fresh set of services remembers nothing: as after a restart.
  running.clock.nowMs = NOW_S * 1000;
  services = running.open();
});

function streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(body);
      controller.close();
    },
  });
}

interface Sending {
  readonly sentAtMs?: number;
  readonly grant?: { readonly allowsNode: (node: string) => boolean };
}

function send(body: Uint8Array, { sentAtMs, grant = ANY_NODE }: Sending = {}, to = services) {
  return to.pushes.receive({ body: streamOf(body), sentAtMs, grant });
}

const push = (node: string, agoS: number, header: readonly string[] = [], set = "essential") =>
  pushText({
    header: [...headerOf(node, NOW_S - agoS, set), ...header],
    files: set === "heavy" ? HEAVY_FILES : ESSENTIAL_FILES,
  });

const withUptime = (text: string, seconds: number) =>
  `${text}\n==> /proc/uptime <==\n${seconds}.00 0.00\n`;

async function pointsOf(node: string, level: "raw" | "5m" | "1h" = "raw") {
  const span = { raw: [2 * HOUR, 1000], "5m": [48 * HOUR, 700], "1h": [480 * HOUR, 500] } as const;
  const [back, points] = span[level];
  const toMs = (NOW_S + 3600) * 1000;
  const query = { node, fromMs: toMs - back, toMs, points };
  return (await running.store.series.readHistory(query)).points;
}

const countOf = async (node: string, level: "raw" | "5m" | "1h") =>
  (await pointsOf(node, level)).reduce((sum, { samples }) => sum + samples, 0);

async function eventsOf(node: string) {
  const span = { fromMs: 0, toMs: Date.now() + 10 * HOUR, limit: 100 };
  const events = await running.store.events.listEvents({ node, ...span });
  return events.map(({ kind, text }) => `${kind}: ${text}`);
}

describe("pushes", () => {
  it("are in the store, and in every rollup, when they are answered", async () => {
    const result = await send(bodyOf(push("in-1", 60), push("in-1", 30), push("in-2", 0)));
    expect(result).toEqual({ accepted: 3, duplicate: 0, rejected: [] });
    const [first] = await pointsOf("in-1");
    expect(first?.atMs).toBe((NOW_S - 60) * 1000);
    for (const level of ["raw", "5m", "1h"] as const) expect(await countOf("in-1", level)).toBe(2);
    const latest = await running.store.series.readLatest(["in-2"]);
    expect(latest.get("in-2")?.memTotal).toBe(first?.memTotal);
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
    const request = { grant: ANY_NODE, contentLength: 2 ** 30 };
    const claimed = services.pushes.receive({ ...request, body: endless });
    await expect(claimed).rejects.toMatchObject({ code: "tooLarge" });
    expect(pulled).toBeLessThanOrEqual(1);
    const silent = services.pushes.receive({ grant: ANY_NODE, body: endless });
    await expect(silent).rejects.toMatchObject({ code: "tooLarge" });
    expect(pulled).toBeLessThan(40);
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
        services = running.open();
        const after = await sendAll(bodies.slice(half));
        const distinct = new Set(bodies.flat()).size;
        const sum = (read: (one: (typeof before)[number]) => number) =>
          [...before, ...after].reduce((total, one) => total + read(one), 0);
        expect(sum(({ accepted }) => accepted)).toBe(distinct);
        expect(sum(({ duplicate }) => duplicate)).toBe(bodies.flat().length - distinct);
        for (const level of ["raw", "5m"] as const)
          expect(await countOf(node, level)).toBe(distinct);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it("to another server of the same store at the same moment is in no count twice", async () => {
    const [one, two] = [running.open(), running.open()];
    const body = bodyOf(...Array.from({ length: 10 }, (_, i) => push("two-servers", i * 30)));
    await Promise.all([send(body, {}, one), send(body, {}, two)]);
    for (const level of ["raw", "5m", "1h"] as const)
      expect(await countOf("two-servers", level)).toBe(10);
  });

  it("is known when it is older than what is remembered", async () => {
    const old = bodyOf(push("old", 20 * 3600));
    expect((await send(old)).accepted).toBe(1);
    services = running.open();
    await send(bodyOf(push("old", 0)));
    expect(await send(old)).toMatchObject({ accepted: 0, duplicate: 1 });
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
    for (const level of ["raw", "5m"] as const) expect(await countOf("crash", level)).toBe(3);
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

describe("time", () => {
  it("is the node's, set right by how far its clock is off, and said so", async () => {
    const DAY_S = 86_400;
    const text = push("ahead", -DAY_S + 20);
    const result = await send(bodyOf(text), { sentAtMs: (NOW_S + DAY_S) * 1000 });
    expect(result.accepted).toBe(1);
    const [point] = await pointsOf("ahead");
    expect(point?.atMs).toBe((NOW_S - 20) * 1000);
    const latest = (await running.store.series.readLatest(["ahead"])).get("ahead");
    expect(latest?.lacks.at(-1)).toMatch(/^Its clock is 24 h ahead of this server's/);
    // Sent again by another request, some seconds later: it stands where it stood.
    running.clock.nowMs += 3000;
    services = running.open();
    const again = await send(bodyOf(text), { sentAtMs: (NOW_S + DAY_S) * 1000 + 2000 });
    expect(again.duplicate).toBe(1);
    await send(bodyOf(push("ahead", 0)), { sentAtMs: NOW_S * 1000 });
    expect(await eventsOf("ahead")).toEqual([
      expect.stringMatching(/^clock: Its clock is 24 h ahead/),
      "clock: Its clock agrees with this server's again.",
    ]);
  });

  it("within a minute is believed", async () => {
    await send(bodyOf(push("near", -30)), { sentAtMs: (NOW_S + 30) * 1000 });
    expect((await pointsOf("near"))[0]?.atMs).toBe((NOW_S + 30) * 1000);
    expect(await eventsOf("near")).toEqual([]);
  });

  it.each([
    ["1970", 5],
    ["2100", 4_102_444_800],
    ["2286", 9_999_999_999],
  ])(
    "of the year %s is refused without the sender's clock and set right with it",
    async (year, taken) => {
      const node = `year-${taken}`;
      const body = bodyOf(pushText({ header: headerOf(node, taken) }));
      const { accepted, rejected } = await send(body);
      expect([accepted, rejected.length]).toEqual([0, 1]);
      expect(rejected[0]?.error, year).toMatch(/not kept$/);
      expect((await send(body, { sentAtMs: taken * 1000 })).accepted).toBe(1);
      expect((await pointsOf(node))[0]?.atMs).toBe(NOW_S * 1000);
    },
  );

  it("of a push from before the clock was set is told by the uptime", async () => {
    const before = withUptime(push("jump", -86_400 + 60), 1000);
    const after = withUptime(push("jump", 0), 1060);
    await send(bodyOf(before, after), { sentAtMs: NOW_S * 1000 });
    expect((await pointsOf("jump")).map(({ atMs }) => atMs)).toEqual([
      (NOW_S - 60) * 1000,
      NOW_S * 1000,
    ]);
  });
});

describe("what a push lacks", () => {
  it("is remembered until the next push of the heavier set, also by a server that was restarted", async () => {
    const lack = "lacks: slabinfo permission";
    const lacksOf = async () =>
      (await running.store.series.readLatest(["lacks"]))
        .get("lacks")
        ?.lacks.map((text) => text.split(":")[0]);
    await send(bodyOf(push("lacks", 120, [lack, "lacks: ss -p permission"], "heavy")));
    await send(bodyOf(push("lacks", 90)));
    expect(await lacksOf()).toEqual(["slabinfo", "ss -p"]);
    services = running.open();
    await send(bodyOf(push("lacks", 60)));
    expect(await lacksOf()).toEqual(["slabinfo", "ss -p"]);
    await send(bodyOf(push("lacks", 30, [], "heavy")));
    expect(await lacksOf()).toEqual([]);
  });
});

describe("a boot", () => {
  it("is recorded when the boot's id changes, once, also by another server", async () => {
    const reborn = (agoS: number) =>
      withUptime(push("reboot", agoS).replace(/^boot: .*$/m, "boot: another"), 100 - agoS);
    await send(bodyOf(withUptime(push("reboot", 300), 5000)));
    await send(bodyOf(reborn(60)));
    services = running.open();
    await send(bodyOf(reborn(30), reborn(60), reborn(0)));
    expect(await eventsOf("reboot")).toEqual(["boot: The node was booted."]);
  });

  it("is told by the uptime where the id could not be read", async () => {
    const nameless = (agoS: number, uptime: number) =>
      withUptime(push("nameless", agoS).replace(/^boot: .*$/m, "boot:"), uptime);
    await send(bodyOf(nameless(300, 5000), nameless(270, 5030)));
    expect(await eventsOf("nameless")).toEqual([]);
    await send(bodyOf(nameless(0, 50)));
    expect(await eventsOf("nameless")).toEqual(["boot: The node was booted."]);
  });
});

describe("a node that only pushes", () => {
  it("is listed and has a page, with the figures of its newest sample", async () => {
    await send(bodyOf(push("only-pushes", 30), push("only-pushes", 0)));
    const { nodes, total } = await services.nodes.list({ limit: 10, search: "only-pushes" });
    expect([total, nodes.length]).toEqual([1, 1]);
    expect(nodes[0]).toMatchObject({
      status: "insufficient",
      snapshots: 0,
      lastSampleAt: new Date(NOW_S * 1000).toISOString(),
    });
    expect(nodes[0]?.used).toBeGreaterThan(0);
    const page = await services.nodes.get("only-pushes");
    expect([page.snapshots, page.sample?.atMs]).toEqual([[], NOW_S * 1000]);
    await expect(services.nodes.get("nobody")).rejects.toMatchObject({ code: "notFound" });
  });
});

describe("a heavy push", () => {
  it("leaves its texts for the rules, those of the newest one", async () => {
    expect(await services.pushedSnapshots.read("texts")).toBeUndefined();
    await send(
      bodyOf(push("texts", 0, ["label: newest=1"], "heavy"), push("texts", 30, [], "heavy")),
    );
    await send(bodyOf(push("texts", 60, [], "heavy")));
    const kept = await services.pushedSnapshots.read("texts");
    expect(kept?.atMs).toBe(NOW_S * 1000);
    expect(kept?.snapshot.socketTables.length).toBeGreaterThan(0);
    expect(kept?.snapshot.texts.get("proc/meminfo")).toBe(ESSENTIAL_FILES["/proc/meminfo"]);
    const toMs = NOW_S * 1000 + 1;
    const query = { node: "texts", fromMs: toMs - HOUR, toMs, points: 300, top: 5 };
    const { holders, slabCaches, cgroups } = await services.history.panels(query);
    expect([holders[0]?.points.length, slabCaches.length > 0, cgroups.length > 0]).toEqual([
      3,
      true,
      true,
    ]);
  });
});

describe("a snapshot that somebody asks for", () => {
  it("is told to the node's own agent, until it has arrived", async () => {
    await services.requests.request("wanted");
    expect(await services.requests.requestedAt("wanted")).toBe(NOW_S * 1000);
    expect((await send(bodyOf(push("other", 0)))).want).toBeUndefined();
    expect((await send(bodyOf(push("wanted", 30)))).want).toBe("snapshot");
    // The agent is at work: it is not told again at once.
    expect((await send(bodyOf(push("wanted", 0)))).want).toBeUndefined();
    services = running.open();
    running.clock.nowMs += 1000;
    expect((await send(bodyOf(push("wanted", -1)))).want).toBe("snapshot");
    const meminfo = `hostname: wanted\n$ hostname\nwanted\n$ cat /proc/meminfo\n${ESSENTIAL_FILES["/proc/meminfo"]}`;
    const stored = await services.storeText(meminfo, "snap.txt");
    expect(stored.snapshots[0]?.node).toBe("wanted");
    services = running.open();
    expect((await send(bodyOf(push("wanted", -2)))).want).toBeUndefined();
    expect(await services.requests.requestedAt("wanted")).toBeUndefined();
  });
});

describe("names that are meant to hurt", () => {
  it.each(["节".repeat(200), "db\u{1f4be}", "x'--", "<script>", "constructor", "__proto__"])(
    "%s is a name and nothing else",
    async (node) => {
      const header = ["label: __proto__=x", `label: ${node}=<b>'`];
      expect((await send(bodyOf(push(node, 0, header)))).accepted).toBe(1);
      expect((await pointsOf(node)).length).toBe(1);
      const latest = (await running.store.series.readLatest([node])).get(node);
      expect(latest?.node).toBe(node);
    },
  );
});
