import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bodyOf, ESSENTIAL_FILES, headerOf, pushText } from "../../ingest/push/push.test-support";
import { NOW_S, push, startPushing } from "./pushing.test-support";

const HOUR = 3_600_000;

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

const withUptime = (text: string, seconds: number) =>
  `${text}\n==> /proc/uptime <==\n${seconds}.00 0.00\n`;

describe("time", () => {
  it("is the node's, set right by how far its clock is off, and said so", async () => {
    const DAY_S = 86_400;
    const text = push("ahead", -DAY_S + 20);
    const result = await send(bodyOf(text), { sentAtMs: (NOW_S + DAY_S) * 1000 });
    expect(result.accepted).toBe(1);
    const [point] = await running.pointsOf("ahead");
    expect(point?.atMs).toBe((NOW_S - 20) * 1000);
    const latest = await running.latestOf("ahead");
    expect(latest?.lacks.at(-1)).toMatch(/^Its clock is 24 h ahead of this server's/);
    // Sent again by another request, some seconds later: it stands where it stood.
    running.clock.nowMs += 3000;
    running.restart();
    const again = await send(bodyOf(text), { sentAtMs: (NOW_S + DAY_S) * 1000 + 2000 });
    expect(again.duplicate).toBe(1);
    await send(bodyOf(push("ahead", 0)), { sentAtMs: NOW_S * 1000 });
    expect(await running.eventsOf("ahead")).toEqual([
      expect.stringMatching(/^clock: Its clock is 24 h ahead/),
      "clock: Its clock agrees with this server's again.",
    ]);
  });

  it("within a minute is believed", async () => {
    await send(bodyOf(push("near", -30)), { sentAtMs: (NOW_S + 30) * 1000 });
    expect((await running.pointsOf("near"))[0]?.atMs).toBe((NOW_S + 30) * 1000);
    expect(await running.eventsOf("near")).toEqual([]);
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
      expect((await running.pointsOf(node))[0]?.atMs).toBe(NOW_S * 1000);
    },
  );

  it("of a push from before the clock was set is told by the uptime", async () => {
    const before = withUptime(push("jump", -86_400 + 60), 1000);
    const after = withUptime(push("jump", 0), 1060);
    await send(bodyOf(before, after), { sentAtMs: NOW_S * 1000 });
    expect((await running.pointsOf("jump")).map(({ atMs }) => atMs)).toEqual([
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
    running.restart();
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
    running.restart();
    await send(bodyOf(reborn(30), reborn(60), reborn(0)));
    expect(await running.eventsOf("reboot")).toEqual(["boot: The node was booted."]);
  });

  it("is told by the uptime where the id could not be read", async () => {
    const nameless = (agoS: number, uptime: number) =>
      withUptime(push("nameless", agoS).replace(/^boot: .*$/m, "boot:"), uptime);
    await send(bodyOf(nameless(300, 5000), nameless(270, 5030)));
    expect(await running.eventsOf("nameless")).toEqual([]);
    await send(bodyOf(nameless(0, 50)));
    expect(await running.eventsOf("nameless")).toEqual(["boot: The node was booted."]);
  });
});

describe("a heavy push", () => {
  it("leaves its texts for the rules, those of the newest one", async () => {
    expect(await running.own.services.pushedSnapshots.read("texts")).toBeUndefined();
    await send(
      bodyOf(push("texts", 0, ["label: newest=1"], "heavy"), push("texts", 30, [], "heavy")),
    );
    await send(bodyOf(push("texts", 60, [], "heavy")));
    const kept = await running.own.services.pushedSnapshots.read("texts");
    expect(kept?.atMs).toBe(NOW_S * 1000);
    expect(kept?.snapshot.socketTables.length).toBeGreaterThan(0);
    expect(kept?.snapshot.texts.get("proc/meminfo")).toBe(ESSENTIAL_FILES["/proc/meminfo"]);
    const toMs = NOW_S * 1000 + 1;
    const query = { node: "texts", fromMs: toMs - HOUR, toMs, points: 300, top: 5 };
    const { holders, slabCaches, cgroups } = await running.own.services.history.panels(query);
    expect([holders[0]?.points.length, slabCaches.length > 0, cgroups.length > 0]).toEqual([
      3,
      true,
      true,
    ]);
  });
});

describe("a snapshot that somebody asks for", () => {
  it("is told to the node's own agent, until it has arrived", async () => {
    await running.own.services.requests.request("wanted");
    expect(await running.own.services.requests.requestedAt("wanted")).toBe(NOW_S * 1000);
    expect((await send(bodyOf(push("other", 0)))).want).toBeUndefined();
    expect((await send(bodyOf(push("wanted", 30)))).want).toBe("snapshot");
    // The agent is at work: it is not told again at once.
    expect((await send(bodyOf(push("wanted", 0)))).want).toBeUndefined();
    running.restart();
    running.clock.nowMs += 1000;
    expect((await send(bodyOf(push("wanted", -1)))).want).toBe("snapshot");
    const meminfo = `hostname: wanted\n$ hostname\nwanted\n$ cat /proc/meminfo\n${ESSENTIAL_FILES["/proc/meminfo"]}`;
    const stored = await running.own.services.storeText(meminfo, "snap.txt");
    expect(stored.snapshots[0]?.node).toBe("wanted");
    running.restart();
    expect((await send(bodyOf(push("wanted", -2)))).want).toBeUndefined();
    expect(await running.own.services.requests.requestedAt("wanted")).toBeUndefined();
  });
});
