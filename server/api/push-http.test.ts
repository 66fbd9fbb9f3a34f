import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTar } from "../ingest/archive/make-archive.test-support";
import { bodyOf, ESSENTIAL_FILES, headerOf, pushText } from "../ingest/push/push.test-support";
import { setSecret } from "../services/access/access-file";
import { startServices } from "../services/running-services.test-support";
import { connectStore } from "../store/client";
import { startEngine } from "../store/engine/start-engine.test-support";
import { migrate } from "../store/migrate";
import { createSampleStore } from "../store/samples";
import { handleSnapshot } from "./collector-http";
import { handlePush } from "./push-http";

let running: Awaited<ReturnType<typeof startServices>>;

const NOW_S = Math.floor(Date.now() / 60_000) * 60;

beforeAll(async () => {
  running = await startServices({ pushFlushMs: 10 });
  running.clock.nowMs = NOW_S * 1000;
}, 60_000);
afterAll(() => running.stop());

type Headers = Readonly<Record<string, string>>;

const push = (node: string, agoS = 0) => bodyOf(pushText({ header: headerOf(node, NOW_S - agoS) }));

function request(path: string, body: Uint8Array, headers: Headers): Request {
  return new Request(`http://localhost:3000${path}`, {
    method: "POST",
    body: new Uint8Array(body),
    headers: { host: "localhost:3000", ...headers },
  });
}

async function send(body: Uint8Array, headers: Headers = {}, services = running.services) {
  const response = await handlePush(services, request("/api/v1/push", body, headers));
  return { status: response.status, headers: response.headers, answer: await response.json() };
}

describe("POST /api/v1/push", () => {
  it("answers how many were kept", async () => {
    const first = await send(push("http"));
    expect([first.status, first.answer]).toEqual([
      200,
      { accepted: 1, duplicate: 0, rejected: [] },
    ]);
    expect((await send(push("http"))).answer).toEqual({ accepted: 0, duplicate: 1, rejected: [] });
  });

  it.each([
    ["nothing", Buffer.alloc(0), {}, 400],
    ["no gzip", Buffer.from("hello"), {}, 400],
    ["a time of sending that is none", push("http"), { "memledger-sent": "yesterday" }, 400],
    ["a claim of 1 GB", push("http"), { "content-length": String(2 ** 30) }, 413],
    ["17 MiB", Buffer.alloc(17 * 1024 * 1024, push("http")), {}, 413],
    ["a page of another site", push("http"), { origin: "https://evil.example" }, 403],
    ["another name", push("http"), { host: "evil.example" }, 403],
  ])("to %s answers one clear message", async (_, body, headers, status) => {
    const { status: given, answer } = await send(body, headers);
    expect([given, typeof answer.error.message]).toEqual([status, "string"]);
  });

  it("says when to come again while the server is behind", async () => {
    const slow = running.open("rules", { pushFlushMs: 300, maxWaitingPushes: 1 });
    const first = send(push("busy", 30), {}, slow);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await send(push("busy"), {}, slow);
    expect([second.status, Number(second.headers.get("retry-after"))]).toEqual([429, 5]);
    expect((await first).status).toBe(200);
  });

  it("with a secret set wants it, or a token that may push", async () => {
    const locked = await startServices({ pushFlushMs: 10 });
    locked.clock.nowMs = NOW_S * 1000;
    await setSecret(locked.dataDir, "correct horse battery");
    expect((await send(push("locked"), {}, locked.services)).status).toBe(401);
    const wrong = { authorization: `Bearer mla_${"x".repeat(43)}` };
    expect((await send(push("locked"), wrong, locked.services)).status).toBe(401);
    const right = { authorization: "Bearer correct horse battery".replaceAll(" ", "") };
    expect((await send(push("locked"), right, locked.services)).status).toBe(401);
    await setSecret(locked.dataDir, "correct-horse-battery");
    const known = { authorization: "Bearer correct-horse-battery" };
    expect((await send(push("locked"), known, locked.services)).status).toBe(200);
    await locked.stop();
  }, 60_000);

  it("on a full disk keeps nothing, says so in one sentence, and takes it when there is room", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "memledger-full-"));
    const open = async (reserveBytes?: number) => {
      const engine = await startEngine({ dataDir, ...(reserveBytes && { reserveBytes }) });
      return { engine, client: connectStore({ url: engine.url }) };
    };
    const roomy = await open();
    await migrate(roomy.client);
    await roomy.client.close();
    await roomy.engine.stop();
    const full = await open(2 ** 60);
    const store = { ...running.store, samples: createSampleStore(full.client) };
    const services = running.open("rules", { store });
    const { status, headers, answer } = await send(push("full"), {}, services);
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    expect(answer.error.message).toMatch(/disk.* is full.*Nothing was kept/);
    await full.client.close();
    await full.engine.stop();
    await rm(dataDir, { recursive: true });
    expect((await send(push("full"))).answer.accepted).toBe(1);
  }, 60_000);
});

describe("POST /api/v1/snapshots", () => {
  it("sets the time of a snapshot right by the sender's clock, also when it is read again", async () => {
    const DAY_S = 86_400;
    const stamp = (seconds: number) => new Date(seconds * 1000).toISOString();
    const meta = `format memledger/1\nhostname skewed\ntime ${stamp(NOW_S + DAY_S - 60)}\n`;
    const archive = await makeTar([
      { name: "snap/meta", body: meta },
      { name: "snap/proc/meminfo", body: ESSENTIAL_FILES["/proc/meminfo"] ?? "" },
    ]);
    const sent = request("/api/v1/snapshots?name=s.tar", archive, {
      "memledger-sent": String(NOW_S + DAY_S),
    });
    const response = await handleSnapshot(running.services, sent);
    const [stored] = (await response.json()).snapshots;
    expect([response.status, stored.takenAt]).toEqual([201, stamp(NOW_S - 60)]);
    const { report } = await running.open("other rules").snapshot.report(stored.id);
    expect(report.node.takenAt).toBe(stamp(NOW_S - 60));
  });
});
