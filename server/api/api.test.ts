import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SiteView } from "../core/accounting/site-view";
import type { Credentials } from "../services/access/access";
import { setSecret } from "../services/access/access-file";
import { startServices } from "../services/running-services.test-support";
import { handleAnalyze, handleRemoval, handleSnapshot } from "./collector-http";
import { appRouter, createCaller } from "./root";

let running: Awaited<ReturnType<typeof startServices>>;
let archive: Buffer;

const HERE = { host: "localhost:3000" };
const EVIL = { ...HERE, origin: "https://evil.example", fetchSite: "cross-site" };
const caller = (credentials: Credentials = HERE) =>
  createCaller({ services: running.services, credentials });

beforeAll(async () => {
  running = await startServices();
  const { sha256 } = await caller().uploads.example();
  archive = await readFile(join(running.dataDir, "archives", sha256));
}, 60_000);
afterAll(() => running.stop());

async function storeCapture(name: string): Promise<string> {
  const file = await readFile(new URL(`../fixtures/${name}/memsnap.tar.gz`, import.meta.url));
  const { body } = new Response(new Uint8Array(file));
  if (!body) throw new Error("a response has a body");
  const { snapshots } = await running.services.storeBody(body, `${name}.tar.gz`);
  return snapshots[0]?.id ?? "";
}

describe("procedures", () => {
  it("answer the pages with one node and all its views", async () => {
    const { nodes, total } = await caller().nodes.list();
    expect(total).toBe(1);
    const id = nodes[0]?.snapshotId ?? "";
    const { report } = await caller().snapshots.report({ id });
    expect(report.verdict.bucket).toBe("allocpage");
    expect((await caller().snapshots.sockets({ id }))?.holders[0]?.comm).toBe("nginx");
    expect((await caller().snapshots.slab({ id }))?.rows.length).toBeGreaterThan(50);
    expect((await caller().snapshots.allocpage({ id }))?.bytes).toBeGreaterThan(2 * 1024 ** 3);
    const { files } = await caller().snapshots.files({ id });
    expect(files.some(({ format }) => format === "meminfo")).toBe(true);
  });

  it("give null for a view that the snapshot has no data for", async () => {
    const text = "MemTotal: 1000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    const { snapshots } = await caller().uploads.paste({ text });
    const id = snapshots[0]?.id ?? "";
    expect(await caller().snapshots.slab({ id })).toBeNull();
    expect(await caller().snapshots.sockets({ id })).toBeNull();
  });

  it("tell who allocated what, beside another snapshot of the same node and of no other", async () => {
    const id = await storeCapture("guest-6.12-virtio-incident");
    const earlier = await storeCapture("guest-6.12-recovered");
    const held = (views: readonly SiteView[]) =>
      views[0]?.rows.find(({ site }) => site.endsWith(" skb_page_frag_refill"))?.bytes;

    const alone = await caller().snapshots.sites({ id });
    expect(held(alone.views)).toBe(410_255_360);
    expect(alone.others.map((other) => other.id)).toEqual([earlier]);
    expect(alone).not.toHaveProperty("before");

    const { before } = await caller().snapshots.sites({ id, against: earlier });
    expect(before?.id).toBe(earlier);
    expect(held(before?.views ?? [])).toBeLessThan(1024 ** 2);

    const [ofOther] = (await caller().nodes.list()).nodes.filter(({ node }) => node === "web-07");
    const against = ofOther?.snapshotId;
    expect(against).toBeDefined();
    expect(await caller().snapshots.sites({ id, against })).not.toHaveProperty("before");
  });

  it("say NOT_FOUND for what is not there and BAD_REQUEST for what cannot be", async () => {
    const id = "0123456789abcdef-0";
    await expect(caller().snapshots.report({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(caller().nodes.get({ node: "no such" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(caller().snapshots.report({ id: "' OR 1" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
    await expect(caller().uploads.paste({ text: "nothing here" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  it("take a file in slices, as a form", async () => {
    const uploadId = crypto.randomUUID();
    const text = "MemTotal: 2000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    const send = (offset: number, part: string) => {
      const form = new FormData();
      for (const [key, value] of Object.entries({
        uploadId,
        name: "meminfo",
        offset,
        size: text.length,
      }))
        form.set(key, `${value}`);
      form.set("chunk", new Blob([part]));
      return caller().uploads.chunk(form);
    };
    expect(await send(0, text.slice(0, 20))).toEqual({ received: 20 });
    expect(await send(20, text.slice(20))).toEqual({ received: text.length });
    const { snapshots } = await caller().uploads.analyse({ uploadId });
    expect(snapshots).toHaveLength(1);
    expect((await caller().uploads.progress({ uploadId })).phase).toBe("done");
  });

  it("tell what a removal takes away, and remove it", async () => {
    const text = "MemTotal: 8000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    const { snapshots } = await caller().uploads.paste({ text });
    const id = snapshots[0]?.id ?? "";
    await caller().diagnoses.share({ id, expiresInDays: 1 });
    expect(await caller().snapshots.removalPreview({ id })).toMatchObject({ openLinks: 1 });
    expect(await caller().snapshots.remove({ id })).toMatchObject({
      removed: [id],
      revokedLinks: 1,
    });
    await expect(caller().snapshots.remove({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("refuse a slice that is no slice", async () => {
    const form = new FormData();
    form.set("uploadId", "../x");
    await expect(caller().uploads.chunk(form)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("show a shared diagnosis to anybody, and 'gone' once it is revoked", async () => {
    const id = (await caller().nodes.list({ search: "held" })).nodes[0]?.snapshotId ?? "";
    const { token } = await caller().diagnoses.share({ id, expiresInDays: 7 });
    const stranger = caller({ host: "share.example" });
    expect((await stranger.diagnoses.open({ token })).report.verdict.status).toBe("held");
    const [first] = (await caller().diagnoses.list({ id })).diagnoses;
    await caller().diagnoses.revoke({ handle: first?.handle ?? "" });
    await expect(stranger.diagnoses.open({ token })).rejects.toMatchObject({
      code: "PRECONDITION_FAILED",
    });
  });
});

/** Every procedure with its kind, as it is called: "uploads.paste" is a "mutation". */
function procedures(): [name: string, kind: unknown][] {
  return Object.entries(appRouter._def.procedures).map(([name, procedure]) => [
    name,
    Reflect.get(Object(Reflect.get(procedure, "_def")), "type"),
  ]);
}

describe("who may call what", () => {
  const PUBLIC = ["diagnoses.open", "session.login", "session.logout"];

  it("nothing but the shared diagnosis and the login is open to all", async () => {
    const stranger = caller({ host: "evil.example" });
    for (const [name] of procedures()) {
      if (PUBLIC.includes(name)) continue;
      const call = name
        .split(".")
        .reduce<unknown>((at, key) => Reflect.get(Object(at), key), stranger);
      if (typeof call !== "function") throw new Error(`${name} is no procedure`);
      await expect(call({}), name).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });

  it("no page of another site may make a change", async () => {
    for (const [name, kind] of procedures()) {
      if (kind !== "mutation" || name === "session.logout") continue;
      const call = name
        .split(".")
        .reduce<unknown>((at, key) => Reflect.get(Object(at), key), caller(EVIL));
      if (typeof call !== "function") throw new Error(`${name} is no procedure`);
      const input = name === "session.login" ? { secret: "x" } : {};
      await expect(call(input), name).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  });
});

describe("curl", () => {
  const url = "http://127.0.0.1:3000/api/v1/snapshots?name=snap.tar.gz";
  const post = (body: BodyInit | null, headers: Record<string, string> = {}, to = url) =>
    new Request(to, {
      method: "POST",
      body,
      headers: { host: "127.0.0.1:3000", ...headers },
      ...(body !== null && { duplex: "half" as const }),
    });

  it("gets 201 and a link for a new file, 200 for a known one", async () => {
    const text = "MemTotal: 3000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    const first = await handleSnapshot(running.services, post(text));
    expect(first.status).toBe(201);
    const { url: link, isKnown, snapshots } = await first.json();
    expect(isKnown).toBe(false);
    expect(link).toBe(`http://127.0.0.1:3000${snapshots[0].path}`);
    expect((await handleSnapshot(running.services, post(text))).status).toBe(200);
  });

  it("removes what it sent, once; to a page of another site it is refused", async () => {
    const text = "MemTotal: 6000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    const sent = await (await handleSnapshot(running.services, post(text))).json();
    const id = sent.snapshots[0].id;
    const remove = (headers: Record<string, string> = {}, of = id) =>
      handleRemoval(
        running.services,
        new Request(`http://127.0.0.1:3000/api/v1/snapshots/${encodeURIComponent(of)}`, {
          method: "DELETE",
          headers: { host: "127.0.0.1:3000", ...headers },
        }),
        of,
      );
    expect((await remove({ origin: "https://evil.example" })).status).toBe(403);
    expect((await remove({}, "../x")).status).toBe(404);
    const first = await remove();
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({ sha256: sent.sha256, removed: [id], path: "/" });
    const second = await remove();
    expect(second.status).toBe(404);
    expect((await second.json()).error.code).toBe("notFound");
    expect((await handleSnapshot(running.services, post(text))).status).toBe(201);
  });

  it("gets the report, and nothing is stored, from analyze", async () => {
    const before = await caller().nodes.list();
    const text = "MemTotal: 4000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
    const response = await handleAnalyze(running.services, post(text));
    expect(await response.json()).toMatchObject({
      schemaVersion: 1,
      snapshots: [{ composition: { memTotal: 4000 * 1024 } }],
    });
    expect((await caller().nodes.list()).total).toBe(before.total);
  });

  it.each([
    ["an unreadable file", () => post("no measurement"), 422, "nothing-recognised"],
    ["no body", () => post(null), 400, "badInput"],
    ["too many bytes", () => post(new Uint8Array(33 * 1024 * 1024)), 413, "tooLarge"],
    [
      "a page of another site",
      () => post("x", { origin: "https://evil.example" }),
      403,
      "notAllowed",
    ],
    ["another name for this machine", () => post("x", { host: "evil.example" }), 403, "notAllowed"],
    ["a long name", () => post("x", {}, `${url}${"x".repeat(2000)}`), 400, "badInput"],
  ])("gets a clear error for %s", async (_, request, status, code) => {
    const response = await handleSnapshot(running.services, request());
    expect(response.status).toBe(status);
    expect((await response.json()).error.code).toBe(code);
  });

  it("keeps the good part of an archive that ends early, and is told so", async () => {
    const cut = archive.subarray(0, Math.floor(archive.length * 0.8));
    const response = await handleSnapshot(running.services, post(new Uint8Array(cut)));
    expect(response.status).toBe(201);
    const { errors } = await response.json();
    expect(errors.length).toBeGreaterThan(0);
  });

  it("may upload with an agent token of that scope, for the nodes it speaks for, and do no more", async () => {
    const { tokens } = running.services;
    const make = (nodePattern?: string) =>
      tokens.create({
        name: "test",
        expiresInDays: 1,
        scopes: ["snapshots"],
        ...(nodePattern !== undefined && { nodePattern }),
      });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}`, host: "mem.example" });
    const { token } = await make();
    const { token: elsewhere } = await make("db-*");
    const sent = () => post(new Uint8Array(archive), bearer(token));
    expect((await handleSnapshot(running.services, sent())).status).toBe(200);
    const foreign = post(new Uint8Array(archive), bearer(elsewhere));
    const refused = await handleSnapshot(running.services, foreign);
    expect([refused.status, JSON.stringify(await refused.json())]).toEqual([
      403,
      expect.not.stringContaining("web-07"),
    ]);
    const fresh = post("MemTotal: 7000 kB\nMemFree: 5 kB\n", bearer(elsewhere));
    expect((await handleSnapshot(running.services, fresh)).status).toBe(403);
    expect((await handleAnalyze(running.services, post("x", bearer(token)))).status).toBe(403);
    await expect(caller({ ...HERE, bearer: token }).nodes.list()).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("must give the secret once one is set", async () => {
    const secret = await setSecret(running.dataDir);
    try {
      const text = "MemTotal: 5000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\n";
      const refused = await handleSnapshot(running.services, post(text));
      expect(refused.status).toBe(401);
      expect(refused.headers.get("www-authenticate")).toBe("Bearer");
      const wrong = post(text, { authorization: "Bearer wrong-wrong-wrong" });
      expect((await handleSnapshot(running.services, wrong)).status).toBe(401);
      const right = post(text, { authorization: `Bearer ${secret}`, host: "mem.example" });
      expect((await handleSnapshot(running.services, right)).status).toBe(201);
    } finally {
      await rm(join(running.dataDir, "access.json"));
    }
  });
});
