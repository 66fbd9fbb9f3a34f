import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NodeEvent } from "../core/series/history";
import { connectStore } from "./client";
import { startEngine } from "./engine/start-engine.test-support";
import { createEventStore } from "./events";
import { migrate } from "./migrate";
import { createNodeVerdictStore, type NodeVerdictRecord } from "./node-verdicts";

let dataDir: string;
let engine: Awaited<ReturnType<typeof startEngine>>;
let client: ClickHouseClient;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-events-"));
  engine = await startEngine({ dataDir });
  client = connectStore({ url: engine.url });
  await migrate(client);
}, 60_000);

afterAll(async () => {
  await client.close();
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const START = Date.parse("2026-11-24T02:00:00.000Z");
const HOSTILE = `a'b\\c"d\n{id:String}; DROP TABLE events -- ${"\u5185".repeat(200)}\u{1f4be}\0`;

const event = (changes: Partial<NodeEvent>): NodeEvent => ({
  id: "1",
  node: "web-1",
  atMs: START,
  kind: "verdict",
  text: "healthy to watch",
  ...changes,
});

const span = { fromMs: START, toMs: START + 3_600_000, limit: 100 };

it("an event written twice is one event", async () => {
  const events = createEventStore(client);
  const detail = { before: "healthy", after: "watch", bytes: 2 ** 40 };
  await events.insertEvents([event({ detail })]);
  await events.insertEvents([event({ detail }), event({ id: "2", atMs: START + 5 })]);
  expect(await events.listEvents({ node: "web-1", ...span })).toEqual([
    event({ detail }),
    event({ id: "2", atMs: START + 5 }),
  ]);
});

it("both ends of the span belong to it, and the newest are kept where there are too many", async () => {
  const events = createEventStore(client);
  const node = "web-2";
  const times = [START - 1, START, START + 1, span.toMs, span.toMs + 1];
  await events.insertEvents(times.map((atMs, id) => event({ id: `${id}`, node, atMs })));
  const found = async (limit: number) =>
    (await events.listEvents({ ...span, node, limit })).map(({ id }) => id);
  expect(await found(100)).toEqual(["1", "2", "3"]);
  expect(await found(2)).toEqual(["2", "3"]);
});

it("names and texts of any kind go in and out unchanged, except half a character", async () => {
  const events = createEventStore(client);
  await events.insertEvents([event({ node: HOSTILE, text: `${HOSTILE}\ud800`, kind: "note" })]);
  const [found] = await events.listEvents({ node: HOSTILE, ...span });
  expect(found?.text).toBe(`${HOSTILE}\ufffd`);
});

const verdict = (changes: Partial<NodeVerdictRecord>): NodeVerdictRecord => ({
  node: "web-1",
  judgedAtMs: START,
  status: "healthy",
  headline: "nothing is out of line",
  state: "{}",
  document: "{}",
  ...changes,
});

it("a node has one verdict: the one judged last, whichever was written last", async () => {
  const verdicts = createNodeVerdictStore(client);
  const later = verdict({
    judgedAtMs: START + 60_000,
    status: "leaking",
    headline: HOSTILE,
    bucket: "allocpage",
    ratePerHour: 188_743_680.5,
    sinceMs: START - 5,
    confirmedAtMs: START,
  });
  await verdicts.insertVerdicts([later, verdict({ node: HOSTILE })]);
  await verdicts.insertVerdicts([verdict({})]);
  expect(await verdicts.findVerdict("web-1")).toEqual(later);
  const both = await verdicts.findVerdicts(["web-1", HOSTILE, "nobody"]);
  expect([...both.keys()].sort()).toEqual([HOSTILE, "web-1"].sort());
  expect(await verdicts.findVerdict("nobody")).toBeUndefined();
});
