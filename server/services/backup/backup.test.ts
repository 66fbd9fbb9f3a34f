import { createWriteStream, existsSync } from "node:fs";
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { connectStore } from "../../store/client";
import { startEngine } from "../../store/engine/start-engine.test-support";
import { openEngineArchive } from "../../store/engine-archive";
import { migrate } from "../../store/migrate";
import { createSampleStore } from "../../store/samples";
import { sampleOf } from "../../store/series.test-support";
import { setSecret } from "../access/access-file";
import { restoreBackup } from "./restore-backup";
import { packFiles } from "./tar-file";
import { findUnfinishedRestore } from "./unfinished-restore";
import { writeBackup } from "./write-backup";

vi.setConfig({ testTimeout: 60_000 });

const now = () => Date.now();
const VERSION = "0.0.0";

let root: string;
let dataDir: string;
let engine: Awaited<ReturnType<typeof startEngine>>;
let client: ClickHouseClient;
/** A backup as a folder and as a file, made once, while the engine ran. */
let asFolder: string;
let asFile: string;
/** Where the present test restores to. */
let target: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), "memledger-backup-"));
  dataDir = path.join(root, "data");
  engine = await startEngine({ dataDir: path.join(dataDir, "clickhouse") });
  client = connectStore({ url: engine.url });
  await migrate(client);
  await fillTables(client);
  await setSecret(dataDir);
  await writeFile(path.join(dataDir, "session.key"), "signs sessions");
  await mkdir(path.join(dataDir, "archives"));
  await writeFile(path.join(dataDir, "archives", "a".repeat(64)), "an archive");
  asFolder = path.join(root, "folder-backup");
  asFile = path.join(root, "file-backup.tar");
  await backUp(asFolder);
  await backUp(asFile);
}, 120_000);

afterAll(async () => {
  await client.close();
  await engine.stop();
  await rm(root, { recursive: true, force: true });
});

beforeEach(async () => {
  target = await mkdtemp(path.join(root, "target-"));
});

async function backUp(to: string) {
  const store = openEngineArchive({ url: engine.url, folder: path.join(dataDir, "clickhouse") });
  try {
    return await writeBackup({ dataDir, store, version: VERSION, now }, to);
  } finally {
    await store.close();
  }
}

async function openStore(folder: string) {
  const own = await startEngine({ dataDir: folder });
  const store = openEngineArchive({ url: own.url, folder });
  return {
    ...store,
    stop: async () => {
      await store.close();
      await own.stop();
    },
  };
}

const restore = (from: string, replace = false) =>
  restoreBackup({ dataDir: target, openStore, now }, from, { replace });

const HOSTILE = "a'b\\c\"d`e\n{id:String}; DROP TABLE events -- 💾 汉\0\u007f";

/** Something in every table: samples fill the views, two batches make parts that merges would join. */
async function fillTables(into: ClickHouseClient): Promise<void> {
  const samples = createSampleStore(into);
  const minute = 60_000;
  const start = Date.now() - 60 * minute;
  const batch = (node: string, from: number) =>
    Array.from({ length: 60 }, (_, index) => sampleOf(node, from + index * 30_000));
  await samples.insertSamples(batch(HOSTILE.slice(0, 40), start));
  await samples.insertSamples(batch("web-1", start + 30 * minute));
  const recent = new Date(Date.now() - 3600_000).toISOString().replace("T", " ").replace("Z", "");
  const rows: Record<string, object> = {
    snapshots: { id: "aa-0", sha256: "aa", node: HOSTILE, received_at: "2026-11-20 00:00:00.123" },
    snapshot_files: { sha256: "aa", file: "meminfo", text: HOSTILE.repeat(500) },
    reports: {
      snapshot_id: "aa-0",
      computed_at: recent,
      rules_version: "r",
      status: "held",
      mem_total: "-9223372036854775808",
    },
    diagnoses: { handle: "h", token_sha256: "t", report: "{}" },
    pushed_texts: { node: HOSTILE, at: recent, files: ["a", HOSTILE], texts: ["1", HOSTILE] },
    snapshot_requests: { node: "web-1" },
    agent_tokens: { id: "0123456789ab", scopes: ["push"], version: "18446744073709551615" },
    settings: { name: "retention.samples", value: '{"days":9}' },
    events: { node: "web-1", id: "e", text: HOSTILE },
    node_verdicts: { node: "web-1", rate_per_hour: 0.1 },
  };
  for (const [table, row] of Object.entries(rows))
    await into.insert({ table, values: [row], format: "JSONEachRow" });
  // Written twice and not merged: a backup keeps both, as they lie there.
  await into.insert({ table: "events", values: [rows["events"]], format: "JSONEachRow" });
}

/** Every table with all its rows as the engine prints them, and what it was made by. */
async function contentsOf(of: ClickHouseClient): Promise<Map<string, readonly string[]>> {
  const json = async (query: string) =>
    (await (await of.query({ query, format: "JSONEachRow" })).json()) as Record<string, string>[];
  const tables = await json(
    `SELECT name, create_table_query AS made, engine FROM system.tables
     WHERE database = currentDatabase() ORDER BY name`,
  );
  const contents = new Map<string, readonly string[]>();
  for (const { name = "", made = "", engine: kind = "" } of tables) {
    const rows = kind.endsWith("MergeTree")
      ? (await json(`SELECT * FROM ${name} ORDER BY ALL`)).map((row) => JSON.stringify(row))
      : [];
    contents.set(name, [made, ...rows]);
  }
  return contents;
}

async function withRestored<T>(use: (restored: ClickHouseClient) => Promise<T>): Promise<T> {
  const own = await startEngine({ dataDir: path.join(target, "clickhouse") });
  const restored = connectStore({ url: own.url });
  try {
    return await use(restored);
  } finally {
    await restored.close();
    await own.stop();
  }
}

describe("a backup that is restored", () => {
  it.each(["folder", "file"])("as a %s gives every row of every table back", async (kind) => {
    const before = await contentsOf(client);
    expect([...before.values()].filter((rows) => rows.length > 1).length).toBeGreaterThanOrEqual(
      14,
    );
    const { manifest, setAside } = await restore(kind === "folder" ? asFolder : asFile);
    expect(setAside).toBeUndefined();
    expect(manifest.tables.find(({ name }) => name === "events")?.rows).toBe(2);
    expect(await findUnfinishedRestore(target)).toBeUndefined();
    await withRestored(async (restored) => {
      expect(await contentsOf(restored)).toEqual(before);
      // Every migration is known, and the views go on filling the rollups.
      expect(await migrate(restored)).toEqual([]);
      await createSampleStore(restored).insertSamples([sampleOf("new", Date.now())]);
      const found = await restored.query({
        query: "SELECT sum(length(seen)) AS n FROM rollup_5m WHERE node = 'new'",
        format: "JSONEachRow",
      });
      expect(await found.json()).toEqual([{ n: "1" }]);
    });
  });

  it("has the access secret's hash and the archives, and no key of sessions", async () => {
    await restore(asFile);
    expect(await readFile(path.join(target, "access.json"), "utf8")).toBe(
      await readFile(path.join(dataDir, "access.json"), "utf8"),
    );
    const names = await readdir(target);
    expect(names.sort()).toEqual(["access.json", "archives", "clickhouse"]);
    expect(await readFile(path.join(target, "archives", "a".repeat(64)), "utf8")).toBe(
      "an archive",
    );
    expect(await readFile(asFile, "latin1")).not.toContain("signs sessions");
  });

  it("is readable by its owner alone, and leaves no half-made thing behind", async () => {
    expect((await stat(asFile)).mode & 0o777).toBe(0o600);
    expect((await stat(asFolder)).mode & 0o777).toBe(0o700);
    expect((await readdir(root)).filter((name) => name.includes("partial"))).toEqual([]);
    expect(await readdir(path.join(dataDir, "clickhouse", "backups"))).toEqual([]);
  });

  it("holds everything that was acknowledged before it began, while inserts go on", async () => {
    const acknowledged: number[] = [];
    let isOver = false;
    const samples = createSampleStore(client);
    const start = Date.now() - 24 * 3600_000;
    const writing = (async () => {
      for (let index = 0; !isOver; index += 1) {
        await samples.insertSamples([sampleOf("busy", start + index * 30_000)]);
        acknowledged.push(index);
      }
    })();
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(30), 30_000);
    const before = acknowledged.length;
    const place = path.join(target, "..", `busy-${Date.now()}.tar`);
    await backUp(place);
    const during = acknowledged.length - before;
    isOver = true;
    await writing;
    expect(during).toBeGreaterThan(0);
    await restore(place);
    await withRestored(async (restored) => {
      const found = await restored.query({
        query: `SELECT toUInt32(count()) AS n FROM samples WHERE node = 'busy'
                AND at < fromUnixTimestamp64Milli(${start + before * 30_000})`,
        format: "JSONEachRow",
      });
      expect(await found.json()).toEqual([{ n: before }]);
      const slots = await restored.query({
        query: `SELECT toUInt32(uniqExact(slot, tupleElement(sample, 1))) AS n FROM rollup_5m ARRAY JOIN seen AS sample
                WHERE node = 'busy' AND toUnixTimestamp(slot) * 1000 + tupleElement(sample, 1) < ${start + before * 30_000}`,
        format: "JSONEachRow",
      });
      expect(await slots.json()).toEqual([{ n: before }]);
    });
  });
});

describe("a damaged backup is named, and the folder stays as it was", () => {
  let copy: string;
  beforeEach(async () => {
    copy = path.join(target, "..", `${path.basename(target)}-copy`);
    await cp(asFolder, copy, { recursive: true });
  });

  const refused = async (from: string, why: RegExp) => {
    await expect(restore(from)).rejects.toThrow(why);
    expect(await readdir(target)).toEqual([]);
  };
  const dataFile = async () => {
    const names = await readdir(path.join(copy, "store"), { recursive: true });
    const found = names.find((name) => /data\/default\/samples\/.*\.bin$/.test(name));
    if (found === undefined) throw new Error("no column of samples was found");
    return path.join("store", found);
  };

  it("a flipped byte", async () => {
    const name = await dataFile();
    const bytes = await readFile(path.join(copy, name));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path.join(copy, name), bytes);
    await refused(copy, new RegExp(`contents of ${name.replaceAll(".", "\\.")} have changed`));
  });

  it("a file that is missing, longer, or one too many", async () => {
    const name = await dataFile();
    await appendFile(path.join(copy, name), "x");
    await refused(copy, /bytes, not/);
    await rm(path.join(copy, name));
    await refused(copy, /is missing/);
    await writeFile(path.join(copy, "store", "extra.bin"), "x");
    await refused(copy, /extra\.bin is in the backup and not in its list/);
  });

  it("a list that was changed, or is no list", async () => {
    const list = path.join(copy, "manifest.json");
    await writeFile(list, (await readFile(list, "utf8")).replace('"rows": 2', '"rows": 3'));
    await refused(copy, /manifest\.json is not as it was written/);
    await rm(list);
    await refused(copy, /no backup: it has no list/);
    await refused(path.join(root, "nowhere"), /There is no/);
  });

  it("a file that was cut short, or is something else", async () => {
    const whole = await readFile(asFile);
    const cut = path.join(root, `${path.basename(target)}-cut.tar`);
    await writeFile(cut, whole.subarray(0, Math.floor(whole.length / 2)));
    await refused(cut, /damaged/);
    await writeFile(cut, "MemTotal: 1 kB\n".repeat(1000));
    await refused(cut, /damaged or no backup/);
  });
});

describe("a file that is made to harm", () => {
  it.each([
    ["a way out", { name: "../evil" }],
    ["a way out from below", { name: "store/../../evil" }],
    ["an absolute name", { name: "/tmp/memledger-evil" }],
    ["a name of ours with more behind", { name: "folder/access.json/evil" }],
    ["a key of sessions", { name: "folder/session.key" }],
    ["a link", { name: "store/link", type: "symlink", linkname: "/etc" }],
    ["a hard link", { name: "folder/access.json", type: "link", linkname: "/etc/passwd" }],
    ["a device", { name: "store/null", type: "character-device" }],
  ] as const)("is refused: %s", async (_, header) => {
    const { pack } = await import("tar-stream");
    const archive = pack();
    archive.entry({ mode: 0o600, ...header }, "type" in header ? "" : "evil");
    archive.finalize();
    const file = path.join(root, `${path.basename(target)}-evil.tar`);
    await pipeline(archive, createWriteStream(file));
    await expect(restore(file)).rejects.toThrow(
      /is no file of a backup|a backup holds plain files/,
    );
    expect(await readdir(target)).toEqual([]);
    expect(existsSync("/tmp/memledger-evil") || existsSync(path.join(root, "evil"))).toBe(false);
  });

  it("two files of one name do not replace each other", async () => {
    const folder = await mkdtemp(path.join(root, "twice-"));
    await writeFile(path.join(folder, "manifest.json"), "{}");
    const file = path.join(root, `${path.basename(target)}-twice.tar`);
    await packFiles(folder, ["manifest.json", "manifest.json"], file);
    await expect(restore(file)).rejects.toThrow(/damaged or no backup/);
  });
});

describe("a folder in use", () => {
  it("is refused, and with the word for it set aside whole", async () => {
    await writeFile(path.join(target, "access.json"), "old");
    await writeFile(path.join(target, "session.key"), "old key");
    await expect(restore(asFolder)).rejects.toThrow(/is not empty.*--replace/);
    expect(await readFile(path.join(target, "access.json"), "utf8")).toBe("old");
    const { setAside = "" } = await restore(asFolder, true);
    expect((await readdir(setAside)).sort()).toEqual(["access.json", "session.key"]);
    expect(await readFile(path.join(target, "access.json"), "utf8")).toContain("scrypt");
    expect(existsSync(path.join(target, "session.key"))).toBe(false);
    // What was set aside does not count as contents, and is not lost by the next one.
    await expect(restore(asFolder)).rejects.toThrow(/is not empty/);
    await restore(asFolder, true);
    expect((await readdir(setAside)).sort()).toEqual(["access.json", "session.key"]);
  });

  it("that a restore was cut short in is known, and the restore may be run again", async () => {
    // One that never comes back, as when the machine goes down.
    const hanging = vi.fn(() => new Promise<never>(() => {}));
    const dying = { dataDir: target, openStore: hanging, now };
    void restoreBackup(dying, asFile, { replace: false });
    await vi.waitFor(() => expect(hanging).toHaveBeenCalled(), 30_000);
    expect(await findUnfinishedRestore(target)).toContain("did not end");
    await restore(asFolder);
    expect(await findUnfinishedRestore(target)).toBeUndefined();
  });
});

describe("a target that cannot take a backup", () => {
  it("is refused before anything is written", async () => {
    await expect(backUp(asFile)).rejects.toThrow(/is there already/);
    await expect(backUp(asFolder)).rejects.toThrow(/is there already/);
    await expect(backUp(path.join(dataDir, "own.tar"))).rejects.toThrow(/belongs elsewhere/);
    await expect(backUp(path.join(root, "no", "such", "x.tar"))).rejects.toThrow(/no folder/);
  });
});
