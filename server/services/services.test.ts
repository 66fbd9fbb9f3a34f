import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SnapshotReport } from "../core/report";
import { EXAMPLE_INCIDENT } from "./example-incident";
import type { UploadResult } from "./ingest-upload";
import { REVEAL_NOTHING } from "./redaction/reveal";
import { reportSchema } from "./report-schema";
import { startServices } from "./running-services.test-support";
import { toServiceError } from "./service-error";

let running: Awaited<ReturnType<typeof startServices>>;
let example: UploadResult;

beforeAll(async () => {
  running = await startServices();
  example = await running.services.storeExample();
}, 60_000);
afterAll(() => running.stop());

const newest = () => {
  const snapshot = example.snapshots.at(-1);
  if (!snapshot) throw new Error("the example gives no snapshot");
  return snapshot;
};
const rows = async (table: string) => {
  const result = await running.client.query({
    query: `SELECT count() AS rows FROM ${table} FINAL`,
    format: "JSONEachRow",
  });
  return (await result.json<{ rows: string }>())[0]?.rows;
};

/** Files that are read as one are listed in another place once they are one text. */
function withFilesSorted(report: SnapshotReport | undefined) {
  const files = [...new Set(report?.dataQuality.read.map(({ file }) => file))].sort();
  return { ...report, dataQuality: { ...report?.dataQuality, read: files } };
}

describe("the shipped incident", () => {
  it("is read, judged and stored", () => {
    expect(example.isKnown).toBe(false);
    expect(example.errors).toEqual([]);
    expect(newest()).toMatchObject({ status: "held" });
    expect(newest().headline).toContain("nginx");
    expect(newest().path).toBe(`/nodes/${encodeURIComponent(newest().node)}/${newest().id}`);
  });

  it("sent again, alone or twice at once, is known and stores nothing", async () => {
    const before = [await rows("snapshots"), await rows("snapshot_files")];
    const again = await Promise.all([
      running.services.storeExample(),
      running.services.storeExample(),
    ]);
    for (const result of again) expect(result).toEqual({ ...example, isKnown: true, errors: [] });
    expect([await rows("snapshots"), await rows("snapshot_files")]).toEqual(before);
  });

  it("keeps the original archive under its hash", async () => {
    const kept = await readFile(join(running.dataDir, "archives", example.sha256));
    expect(kept.length).toBeGreaterThan(50_000);
    expect((await running.services.snapshot.files(newest().id)).hasArchive).toBe(true);
  });

  it("is the first of the nodes, with the figures of its report", async () => {
    const { nodes, total } = await running.services.nodes.list({ limit: 10, search: "" });
    expect(total).toBe(1);
    const { report } = await running.services.snapshot.report(newest().id);
    const allocpage = report.composition?.buckets.find(({ id }) => id === "allocpage");
    expect(nodes[0]).toMatchObject({
      node: newest().node,
      snapshotId: newest().id,
      status: "held",
      unaccounted: allocpage?.bytes,
      memTotal: report.composition?.memTotal,
      snapshots: example.snapshots.length,
    });
  });

  it("leads from each look to the one before and after", async () => {
    const { snapshots } = await running.services.nodes.get(newest().node);
    expect(snapshots.map(({ id }) => id)).toEqual(example.snapshots.map(({ id }) => id).reverse());
    const first = await running.services.snapshot.report(example.snapshots[0]?.id ?? "");
    expect(first.nextId).toBe(example.snapshots[1]?.id);
    expect(first.previousId).toBeUndefined();
  });

  it("gives the same report from the kept texts as from the archive", async () => {
    const archive = await readFile(join(running.dataDir, "archives", example.sha256));
    const body = new Blob([archive]).stream();
    const fresh = await running.services.analyseBody(body, basename(EXAMPLE_INCIDENT));
    expect(reportSchema.safeParse(fresh).error).toBeUndefined();
    await running.client.command({ query: "TRUNCATE TABLE reports" });
    const restarted = running.open();
    for (const [look, { id }] of example.snapshots.entries()) {
      const { report } = await restarted.snapshot.report(id);
      expect(withFilesSorted(report)).toEqual(withFilesSorted(fresh.snapshots[look]));
    }
    expect(await rows("reports")).toBe(`${example.snapshots.length}`);
  });
});

it("other rules judge again what is stored, and find their own report the next time", async () => {
  const reports = async () => Number(await rows("reports"));
  const before = await reports();
  await running.open("newer rules").snapshot.report(newest().id);
  expect(await reports()).toBe(before + 1);
  await running.open("newer rules").snapshot.report(newest().id);
  expect(await reports()).toBe(before + 1);
});

describe("an upload that is nothing", () => {
  const send = (text: string, name = "x") => running.services.storeText(text, name);

  it("is refused in words, and stores nothing", async () => {
    const before = await rows("snapshots");
    const reasonOf = async (text: string) =>
      toServiceError(await send(text).catch((e) => e))?.reason;
    expect(await reasonOf("the cat sat on the mat")).toBe("nothing-recognised");
    expect(await reasonOf("")).toBe("empty");
    expect(await rows("snapshots")).toBe(before);
    expect(await readdir(join(running.dataDir, "uploads"))).toEqual([]);
  });

  it("keeps the name that the sender gave it, where it is one text", async () => {
    const { snapshots } = await send(
      "MemTotal: 9 kB\nMemFree: 5 kB\nCached: 1 kB\n",
      "web7/meminfo",
    );
    const { files } = await running.services.snapshot.files(snapshots[0]?.id ?? "");
    expect(files.map(({ file }) => file)).toEqual(["meminfo"]);
  });

  it("has a name that is shown and never used as a path", async () => {
    const text = "MemTotal: 1000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    for (const [index, name] of ["../../etc/passwd", "a\0b", "/", "..", "\ud800"].entries()) {
      const { snapshots } = await send(`${text}Dirty: ${index} kB\n`, name);
      expect(snapshots[0]?.node).toMatch(/^unknown-[0-9a-f]{12}$/);
    }
    expect((await readdir(running.dataDir)).sort()).toEqual(
      expect.arrayContaining(["archives", "store", "uploads"]),
    );
  });
});

describe("raw lines", () => {
  const raw = (file: string, line?: number) =>
    running.services.snapshot.rawFile({ id: newest().id, file, line });

  it("show the line that the evidence names", async () => {
    const { report } = await running.services.snapshot.report(newest().id);
    const evidence = report.findings[0]?.evidence.find((item) => item.raw !== undefined);
    if (evidence?.line === undefined) throw new Error("the first finding quotes no line");
    const { from, lines } = await raw(evidence.file, evidence.line);
    expect(lines[evidence.line - from]).toBe(evidence.raw);
  });

  it("come from the snapshot's own files and from nowhere else", async () => {
    for (const file of [
      "/etc/passwd",
      "../../../etc/passwd",
      "__proto__",
      "",
      "/proc/self/environ",
    ])
      await expect(raw(file)).rejects.toMatchObject({ code: "notFound" });
  });

  it("are at most 400, wherever one begins", async () => {
    const { files } = await running.services.snapshot.files(newest().id);
    const longest = files.reduce((most, file) => (file.lines > most.lines ? file : most));
    expect(longest.lines).toBeGreaterThan(400);
    const page = await raw(longest.file);
    expect(page).toMatchObject({ from: 1, totalLines: longest.lines });
    expect(page.lines).toHaveLength(400);
    const past = await running.services.snapshot.rawFile({
      id: newest().id,
      file: longest.file,
      from: 1e9,
    });
    expect(past.lines).toHaveLength(1);
  });
});

describe("a shared diagnosis", () => {
  const share = (expiresInDays = 7) =>
    running.services.share.share({ id: newest().id, expiresInDays, reveal: REVEAL_NOTHING });

  it("shows exactly what the preview showed, and stays so when the rules change", async () => {
    const { token, path } = await share();
    expect(path).toBe(`/d/${token}`);
    const { report } = await running.services.share.open(token);
    expect(report).toEqual(await running.services.share.preview(newest().id, REVEAL_NOTHING));
    expect(report.verdict.status).toBe("held");
  });

  it("is kept under the hash of its token, of which 192 bits are random", async () => {
    const { token } = await share();
    expect(Buffer.from(token, "base64url")).toHaveLength(24);
    const result = await running.client.query({
      query: "SELECT * FROM diagnoses",
      format: "JSONEachRow",
    });
    expect(JSON.stringify(await result.json())).not.toContain(token);
  });

  it("is gone once it has expired", async () => {
    const { token } = await share(1);
    running.clock.nowMs += 24 * 3600 * 1000;
    await expect(running.services.share.open(token)).rejects.toMatchObject({ code: "gone" });
    running.clock.nowMs -= 24 * 3600 * 1000;
  });

  it("is gone at once when it is revoked, and its report with it", async () => {
    const { token } = await share();
    const { diagnoses } = await running.services.share.list(newest().id);
    const open = diagnoses.filter(({ revokedAt }) => revokedAt === undefined);
    for (const { handle } of open) await running.services.share.revoke(handle);
    await expect(running.services.share.open(token)).rejects.toMatchObject({ code: "gone" });
    const result = await running.client.query({
      query: "SELECT count() AS n FROM diagnoses FINAL WHERE report != ''",
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([{ n: "0" }]);
  });

  it("opens for no other token", async () => {
    for (const token of ["", "x".repeat(32), "' OR 1=1 --", "../etc"])
      await expect(running.services.share.open(token)).rejects.toMatchObject({ code: "notFound" });
  });
});

describe("a store that dies", () => {
  const text = (free: number) => `MemTotal: 9000 kB\nMemFree: ${free} kB\nCached: 10 kB\n`;
  const send = (free: number) => running.services.storeText(text(free), "meminfo");

  it("in the middle of uploads loses none that was acknowledged", async () => {
    const uploads = Array.from({ length: 12 }, (_, index) => send(index));
    const acknowledged: UploadResult[] = [];
    for (const upload of uploads)
      upload.then(
        (result) => acknowledged.push(result),
        () => undefined,
      );
    await vi.waitUntil(() => acknowledged.length > 0, { timeout: 20_000 });
    await running.crash();
    await Promise.allSettled(uploads);
    const restarted = running.open();
    for (const { snapshots } of acknowledged) {
      const { report } = await restarted.snapshot.report(snapshots[0]?.id ?? "");
      expect(report.composition?.memTotal).toBe(9000 * 1024);
    }
    // What was not acknowledged can simply be sent again.
    for (let index = 0; index < 12; index += 1)
      expect((await send(index)).snapshots).toHaveLength(1);
  }, 60_000);

  it("and stays away fails the upload in words and leaves nothing of it", async () => {
    const archives = await readdir(join(running.dataDir, "archives"));
    await running.engine().stop();
    const failure = await send(99).catch(toServiceError);
    expect(failure).toMatchObject({
      code: "storeAway",
      message: expect.stringContaining("try again"),
    });
    expect(await readdir(join(running.dataDir, "archives"))).toEqual(archives);
    expect(await readdir(join(running.dataDir, "uploads"))).toEqual([]);
  }, 60_000);
});
