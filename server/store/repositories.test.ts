import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createAgentTokenStore } from "./agent-tokens";
import { connectStore } from "./client";
import { createDiagnosisStore } from "./diagnoses";
import { startEngine } from "./engine/start-engine.test-support";
import { migrate } from "./migrate";
import { createNodeVerdictStore } from "./node-verdicts";
import { createNodeStore } from "./nodes";
import { createReportStore, type StoredReport } from "./reports";
import { createSampleStore } from "./samples";
import { sampleOf } from "./series.test-support";
import { createSnapshotStore, type SnapshotRecord } from "./snapshots";
import { StoreAwayError } from "./store-error";

let dataDir: string;
let engine: Awaited<ReturnType<typeof startEngine>>;
let client: ClickHouseClient;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-rows-"));
  engine = await startEngine({ dataDir });
  client = connectStore({ url: engine.url });
  await migrate(client);
}, 60_000);

afterAll(async () => {
  await client.close();
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const HOSTILE = "a'b\\c\"d`e\n{id:String}; DROP TABLE snapshots -- \u{1f4be} \0 \ud800";
const BACK = HOSTILE.replace("\ud800", "\ufffd");

function record(changes: Partial<SnapshotRecord>): SnapshotRecord {
  return {
    id: "00-0",
    sha256: "00",
    look: 0,
    node: "db7",
    hostname: "db7",
    kernel: "6.1.0",
    kind: "memledger",
    fileName: "snap.tar.gz",
    archiveBytes: 5e12,
    takenAt: "2026-11-24T01:02:03.004Z",
    receivedAt: "2026-11-24T02:00:00.000Z",
    unreadable: [],
    ...changes,
  };
}

const stored = (snapshotId: string, status: StoredReport["summary"]["status"]): StoredReport => ({
  snapshotId,
  rulesVersion: "rules",
  computedAt: "2026-11-24T02:00:00.000Z",
  summary: { status, headline: `it is ${status}`, memTotal: 2 ** 40, unaccounted: -4096 },
  report: "{}",
});

it("a snapshot comes back as it was written, absent facts absent", async () => {
  const snapshots = createSnapshotStore(client);
  const unreadable = [{ file: "proc/kpageflags", error: "permission denied" }];
  const {
    hostname: _,
    takenAt: __,
    ...rest
  } = record({ id: "01-0", node: "unknown-01", unreadable });
  await snapshots.insertSnapshots([rest]);
  expect(await snapshots.findSnapshot("01-0")).toEqual(rest);
  expect(await snapshots.findSnapshot("01-1")).toBeUndefined();
});

it("text of any kind goes in and out unchanged, except half a character", async () => {
  const snapshots = createSnapshotStore(client);
  const texts = new Map([
    [HOSTILE, HOSTILE],
    ["long", "x".repeat(6_000_000)],
    ["empty", ""],
  ]);
  const upload = { sha256: "02", receivedAt: "2026-11-24T02:00:00.000Z", texts };
  await snapshots.insertTexts(upload);
  await snapshots.insertTexts({ ...upload, receivedAt: "2026-11-25T02:00:00.000Z" });
  const back = await snapshots.readTexts("02");
  expect(back.get(BACK)).toBe(BACK);
  expect(back.get("long")?.length).toBe(6_000_000);
  expect(back.size).toBe(3);
});

it("a hostile name is a value and never a statement", async () => {
  const snapshots = createSnapshotStore(client);
  expect(await snapshots.findSnapshot(HOSTILE)).toBeUndefined();
  expect(await snapshots.snapshotsOfNode(HOSTILE)).toEqual([]);
  expect(await snapshots.findSnapshot("01-0")).toBeDefined();
});

it("the same snapshot written twice is there once", async () => {
  const snapshots = createSnapshotStore(client);
  const looks = [
    record({ id: "03-0", sha256: "03" }),
    record({ id: "03-1", sha256: "03", look: 1 }),
  ];
  await snapshots.insertSnapshots(looks);
  await snapshots.insertSnapshots(looks);
  expect(await snapshots.snapshotsOfPrefix("03-")).toEqual(looks);
});

it("nodes are listed by their newest snapshot, the sick first", async () => {
  const snapshots = createSnapshotStore(client);
  const reports = createReportStore(client);
  await snapshots.insertSnapshots([
    record({ id: "10-0", node: "web1", takenAt: "2026-11-20T00:00:00.000Z" }),
    record({ id: "11-0", node: "web1", takenAt: "2026-11-21T00:00:00.000Z" }),
    record({ id: "12-0", node: "web2", kernel: "5.10.134" }),
    record({ id: "13-0", node: "web3" }),
  ]);
  for (const [id, status] of [
    ["10-0", "leaking"],
    ["11-0", "healthy"],
    ["12-0", "held"],
  ] as const)
    await reports.insertReport(stored(id, status));
  const nodes = createNodeStore(client);
  const query = { search: "web", rulesVersion: "rules", offset: 0, limit: 10 };
  const rows = await nodes.listNodes(query);
  expect(rows.map(({ node, snapshotId, snapshots: count }) => [node, snapshotId, count])).toEqual([
    ["web2", "12-0", 1],
    ["web3", "13-0", 1],
    ["web1", "11-0", 2],
  ]);
  expect(await nodes.countNodes(query)).toBe(3);
  expect(await nodes.listNodes({ ...query, offset: 2 })).toHaveLength(1);
  for (const search of ["5.10", "HELD", "it is held"])
    expect(await nodes.countNodes({ ...query, search }), search).toBe(1);
  expect(await nodes.countNodes({ ...query, rulesVersion: "other rules", search: "held" })).toBe(0);
});

it("nodes that push are among them, by their verdict over time", async () => {
  const verdicts = createNodeVerdictStore(client);
  const at = Math.floor(Date.now() / 1000) * 1000;
  await createSnapshotStore(client).insertSnapshots([
    record({ id: "16-0", node: "mix-both", takenAt: "2026-11-20T00:00:00.000Z" }),
    record({ id: "17-0", node: "mix-looks" }),
  ]);
  await createReportStore(client).insertReport(stored("16-0", "healthy"));
  await createSampleStore(client).insertSamples([
    sampleOf("mix-both", at, { kernel: "6.18" }),
    sampleOf("mix-pushes", at - 1000),
  ]);
  await verdicts.insertVerdicts([
    {
      ...{ node: "mix-both", judgedAtMs: at, status: "leaking", headline: "it grows" },
      ...{ state: "{}", document: "{}" },
    },
  ]);
  const nodes = createNodeStore(client);
  const query = { search: "mix-", rulesVersion: "rules", offset: 0, limit: 10 };
  const rows = await nodes.listNodes(query);
  const last = (ms: number) => new Date(ms).toISOString();
  expect(rows).toMatchObject([
    { node: "mix-both", snapshotId: "16-0", lastSampleAt: last(at), kernel: "6.18", snapshots: 1 },
    {
      node: "mix-pushes",
      lastSampleAt: last(at - 1000),
      receivedAt: last(at - 1000),
      snapshots: 0,
    },
    { node: "mix-looks", snapshotId: "17-0", snapshots: 1 },
  ]);
  expect(rows[1]?.snapshotId).toBeUndefined();
  expect(rows[2]?.lastSampleAt).toBeUndefined();
  expect(await nodes.countNodes({ ...query, search: "it grows" })).toBe(1);
});

it("what is deleted is not seen from then on, and can be written again", async () => {
  const snapshots = createSnapshotStore(client);
  const reports = createReportStore(client);
  const nodes = createNodeStore(client);
  const query = { search: "gone", rulesVersion: "rules", offset: 0, limit: 10 };
  const of = (sha256: string, day: number) =>
    record({
      id: `${sha256}-0`,
      sha256,
      node: "gone1",
      takenAt: `2026-11-${day}T00:00:00.000Z`,
      receivedAt: `2026-11-${day}T02:00:00.000Z`,
    });
  const upload = {
    sha256: "31",
    receivedAt: "2026-11-21T02:00:00.000Z",
    texts: new Map([["a", "b"]]),
  };
  await snapshots.insertSnapshots([of("30", 20), of("31", 21), of("3", 19)]);
  await snapshots.insertTexts(upload);
  await reports.insertReport(stored("31-0", "leaking"));

  await snapshots.removeSnapshots("31");
  await snapshots.removeTexts("31");
  await reports.removeReports(["31-0"]);
  expect(await snapshots.findSnapshot("31-0")).toBeUndefined();
  expect((await snapshots.readTexts("31")).size).toBe(0);
  expect(await reports.findReport("31-0", "rules")).toBeUndefined();
  expect(await nodes.countNodes(query)).toBe(1);
  const [row] = await nodes.listNodes(query);
  expect([row?.snapshotId, row?.snapshots]).toEqual(["30-0", 2]);
  expect((await snapshots.snapshotsOfNode("gone1")).map(({ id }) => id)).toEqual(["30-0", "3-0"]);

  await snapshots.insertSnapshots([of("31", 21)]);
  await snapshots.insertTexts(upload);
  expect((await snapshots.snapshotsOfNode("gone1"))[0]?.id).toBe("31-0");
  expect(await snapshots.readTexts("31")).toEqual(upload.texts);

  await snapshots.removeSnapshots("' OR 1 = 1 --");
  expect((await snapshots.snapshotsOfNode("gone1")).length).toBe(3);
});

it("a report is found under the rules that made it and under no others", async () => {
  const reports = createReportStore(client);
  await reports.insertReport(stored("20-0", "watch"));
  expect(await reports.findReport("20-0", "rules")).toBe("{}");
  expect(await reports.findReport("20-0", "newer rules")).toBeUndefined();
  expect(await reports.findSummaries(["20-0", "20-1"], "rules")).toEqual(
    new Map([["20-0", stored("20-0", "watch").summary]]),
  );
});

it("a revoked share loses its report", async () => {
  const diagnoses = createDiagnosisStore(client);
  const share = {
    handle: "h1",
    tokenSha256: "t1",
    snapshotId: "01-0",
    createdAt: "2026-11-24T02:00:00.000Z",
    expiresAt: "2026-12-01T02:00:00.000Z",
    report: "{}",
  };
  await diagnoses.insertDiagnosis(share);
  expect(await diagnoses.findByToken("t1")).toEqual(share);
  const revoked = { ...share, revokedAt: "2026-11-25T02:00:00.000Z", report: "" };
  await diagnoses.insertDiagnosis(revoked);
  expect(await diagnoses.findByHandle("h1")).toEqual(revoked);
  expect(await diagnoses.listOfSnapshot("01-0")).toEqual([revoked]);
});

it("a revoked agent token stays revoked, whatever use of it is noted later", async () => {
  const tokens = createAgentTokenStore(client);
  const token = {
    id: "0123456789ab",
    name: BACK,
    tokenSha256: "t".repeat(64),
    scopes: ["push", "snapshots"] as const,
    nodePattern: "web-*",
    createdAt: "2026-11-24T02:00:00.000Z",
    expiresAt: "2027-11-24T02:00:00.000Z",
  };
  await tokens.insertTokens([token]);
  expect(await tokens.listTokens(10)).toEqual([token]);
  const used = { ...token, lastUsedAt: "2026-11-24T03:00:00.000Z" };
  await tokens.insertTokens([used]);
  expect(await tokens.listTokens(10)).toEqual([used]);
  const revoked = { ...token, revokedAt: "2026-11-25T02:00:00.000Z" };
  await tokens.insertTokens([revoked]);
  await tokens.insertTokens([{ ...token, lastUsedAt: "2026-12-24T02:00:00.000Z" }]);
  expect(await tokens.listTokens(10)).toEqual([revoked]);
});

it("tables that hold what cannot be made again are synced after each insert", async () => {
  const result = await client.query({
    query: `SELECT name FROM system.tables WHERE database = currentDatabase()
            AND engine_full LIKE '%fsync_after_insert = 1%fsync_part_directory = 1%' ORDER BY name`,
    format: "JSONEachRow",
  });
  const names = (await result.json<{ name: string }>()).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(["agent_tokens", "diagnoses", "snapshot_files", "snapshots"]),
  );
});

it("a store that is away is told from a wrong query", async () => {
  const nobody = connectStore({ url: "http://nobody:x@127.0.0.1:1/memledger" });
  const away = createSnapshotStore(nobody).findSnapshot("01-0");
  await expect(away).rejects.toBeInstanceOf(StoreAwayError);
  await nobody.close();
}, 20_000);
