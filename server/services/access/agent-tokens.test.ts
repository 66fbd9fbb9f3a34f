import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AgentTokenRecord, AgentTokenStore } from "../../store/agent-tokens";
import { createAccess } from "./access";
import { setSecret } from "./access-file";
import { createAgentTokens } from "./agent-tokens";

const DAY_MS = 24 * 3600 * 1000;

let dataDir: string;
let nowMs: number;
/** Every write, oldest first, as a table without a merge holds them. */
let written: AgentTokenRecord[];
let reads: number;

const now = () => nowMs;
const store: AgentTokenStore = {
  insertTokens: async (records) => {
    written.push(...records);
  },
  listTokens: async () => {
    reads += 1;
    const newest = new Map(written.map((record) => [record.id, record]));
    for (const record of written) if (record.revokedAt !== undefined) newest.set(record.id, record);
    return [...newest.values()];
  },
};
const server = () => createAgentTokens({ agentTokens: store, now });
const accessWith = (tokens: ReturnType<typeof server>, bindHost = "0.0.0.0") =>
  createAccess({ dataDir, bindHost, tokens, now });

const request = { name: "web servers", expiresInDays: 365, scopes: ["push"] } as const;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-tokens-"));
  nowMs = Date.parse("2026-11-24T00:00:00Z");
  written = [];
  reads = 0;
});
afterEach(() => rm(dataDir, { recursive: true }));

describe("an agent token", () => {
  it("is 256 random bits, and only its hash is kept or listed", async () => {
    const tokens = server();
    const { token } = await tokens.create(request);
    expect(token).toMatch(/^mla_[\w-]{43}$/);
    expect((await tokens.create(request)).token).not.toBe(token);
    const kept = JSON.stringify([written, await tokens.list()]);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(token.slice(4, 20));
    expect(JSON.stringify(await tokens.list())).not.toContain(written[0]?.tokenSha256);
  });

  it("pushes from anywhere, whether a secret is set or not", async () => {
    const tokens = server();
    const { token } = await tokens.create(request);
    const far = { host: "mem.example", bearer: token };
    const access = accessWith(tokens);
    await expect(access.checkPush(far, "push")).resolves.toBeDefined();
    await setSecret(dataDir);
    await expect(access.checkPush(far, "push")).resolves.toBeDefined();
  });

  it("opens nothing else: no reading, no writing, no session, on loopback neither", async () => {
    const tokens = server();
    const { token } = await tokens.create(request);
    const here = { host: "localhost:3000", bearer: token };
    const access = accessWith(tokens, "127.0.0.1");
    for (const hasSecret of [false, true]) {
      if (hasSecret) await setSecret(dataDir);
      await expect(access.checkRead(here)).rejects.toMatchObject({ code: "notAllowed" });
      await expect(access.checkWrite(here)).rejects.toMatchObject({ code: "notAllowed" });
    }
    await expect(access.logIn(token, here)).rejects.toMatchObject({ code: "needsSecret" });
    const asCookie = { host: "localhost:3000", session: token };
    await expect(access.checkPush(asCookie, "push")).rejects.toMatchObject({ code: "needsSecret" });
  });

  it("does only what its scope says", async () => {
    const tokens = server();
    const { token } = await tokens.create({ ...request, scopes: ["snapshots"] });
    await expect(tokens.prove(token, "snapshots")).resolves.toBeDefined();
    await expect(tokens.prove(token, "push")).rejects.toMatchObject({ code: "notAllowed" });
  });

  it("ends when it expires", async () => {
    const tokens = server();
    const { token } = await tokens.create({ ...request, expiresInDays: 30 });
    nowMs += 30 * DAY_MS - 1;
    await expect(tokens.prove(token, "push")).resolves.toBeDefined();
    nowMs += 1;
    await expect(tokens.prove(token, "push")).rejects.toThrow(/expired/);
    expect((await tokens.list()).tokens[0]?.state).toBe("expired");
  });

  it("ends at once when it is revoked here, within a second when it is revoked elsewhere", async () => {
    const [one, other] = [server(), server()];
    const { token, id } = await one.create(request);
    await expect(other.prove(token, "push")).resolves.toBeDefined();
    await one.revoke(id);
    await expect(one.prove(token, "push")).rejects.toThrow(/revoked/);
    await vi.waitFor(() => expect(other.prove(token, "push")).rejects.toThrow(/revoked/), 3000);
    await one.revoke(id);
    await expect(one.revoke("0123456789ab")).rejects.toMatchObject({ code: "notFound" });
  });

  it("a revoking that comes in the middle of a read is not undone by it", async () => {
    let release = () => {};
    const slow = createAgentTokens({
      agentTokens: {
        ...store,
        listTokens: async (limit) => {
          const found = await store.listTokens(limit);
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          return found;
        },
      },
      now,
    });
    const { token, id } = await server().create(request);
    const early = slow.prove(token, "push");
    await vi.waitFor(() => expect(reads).toBeGreaterThan(1));
    const revoking = slow.revoke(id);
    release();
    await early;
    await revoking;
    const late = slow.prove(token, "push");
    await vi.waitFor(() => expect(reads).toBeGreaterThan(2));
    release();
    await expect(late).rejects.toThrow(/revoked/);
  });

  it.each([
    ["web-*", ["web-1", "web-"], ["db-1", "x-web-1", "WEB-1"]],
    ["*", ["anything", ""], []],
    ["a*b*c", ["abc", "a--b--c", "abcbc"], ["ab", "acb", "ac"]],
    ["exact", ["exact"], ["exactly", "exac"]],
    ["aa*aa", ["aaaa", "aaxaa"], ["aaa", "aa"]],
  ])("speaks for nodes of the pattern %s alone", async (nodePattern, yes, no) => {
    const tokens = server();
    const { token } = await tokens.create({ ...request, nodePattern });
    const { allowsNode } = await tokens.prove(token, "push");
    expect(yes.filter((node) => !allowsNode(node))).toEqual([]);
    expect(no.filter(allowsNode)).toEqual([]);
  });

  it("notes its use once a minute, not at every push", async () => {
    const tokens = server();
    const { token } = await tokens.create(request);
    for (let push = 0; push < 50; push += 1) {
      nowMs += 1000;
      await tokens.prove(token, "push");
    }
    await vi.waitFor(() => expect(written).toHaveLength(2));
    expect(written[1]?.lastUsedAt).toBe("2026-11-24T00:00:01.000Z");
    expect((await tokens.list()).tokens[0]?.lastUsedAt).toBe("2026-11-24T00:00:50.000Z");
  });
});

describe("wrong tokens", () => {
  const wrong = (index: number) => `mla_${String(index).padStart(43, "x")}`;

  it("are slowed down, and hold up neither a right token nor who signs in", async () => {
    const secret = await setSecret(dataDir);
    const tokens = server();
    const access = accessWith(tokens);
    const { token } = await tokens.create(request);
    const tries = await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        access.checkPush({ host: "mem.example", bearer: wrong(index) }, "push"),
      ),
    );
    const codes = tries.map((each) => each.status === "rejected" && each.reason.code);
    expect(codes.filter((code) => code === "needsSecret")).toHaveLength(20);
    expect(codes.filter((code) => code === "busy")).toHaveLength(180);
    // All of them together cost two reads: one when the right token was made, one here.
    expect(reads).toBeLessThanOrEqual(3);
    await expect(access.checkPush({ bearer: token }, "push")).resolves.toBeDefined();
    await expect(access.logIn(secret, { host: "mem.example" })).resolves.toBeTypeOf("string");
  });

  it("never count as tries of the secret, wherever they are sent, cut short or not", async () => {
    const secret = await setSecret(dataDir);
    const access = accessWith(server());
    for (let index = 0; index < 40; index += 1) {
      const bearer = wrong(index).slice(0, 4 + index);
      await access.checkRead({ bearer }).catch(() => undefined);
      await access.checkPush({ bearer }, "push").catch(() => undefined);
    }
    await expect(access.logIn(secret, {})).resolves.toBeTypeOf("string");
  });

  it("what looks like a token cannot be set as the secret", async () => {
    await expect(setSecret(dataDir, wrong(1))).rejects.toThrow(/agent token/);
  });
});

it("without a token who may push is who may write", async () => {
  const access = accessWith(server(), "127.0.0.1");
  const here = { host: "localhost:3000" };
  await expect(access.checkPush(here, "push")).resolves.toBeDefined();
  const evil = { ...here, origin: "https://evil.example" };
  await expect(access.checkPush(evil, "push")).rejects.toMatchObject({ code: "notAllowed" });
  const renamed = { host: "evil.example" };
  await expect(access.checkPush(renamed, "push")).rejects.toMatchObject({ code: "notAllowed" });
  const secret = await setSecret(dataDir);
  await expect(access.checkPush(here, "push")).rejects.toMatchObject({ code: "needsSecret" });
  await expect(access.checkPush({ bearer: secret }, "push")).resolves.toBeDefined();
});
