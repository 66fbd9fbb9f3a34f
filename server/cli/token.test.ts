import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createAgentTokens } from "../services/access/agent-tokens";
import { createAgentTokenStore } from "../store/agent-tokens";
import { connectStore } from "../store/client";
import { startEngine } from "../store/engine/start-engine.test-support";
import { migrate } from "../store/migrate";
import { announceEngine, withdrawEngine } from "../store/running-engine";
import { TokenUsageError, token } from "./token";

let dataDir: string;
let engine: Awaited<ReturnType<typeof startEngine>>;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-cli-token-"));
  vi.stubEnv("MEMLEDGER_DATA", dataDir);
  vi.stubEnv("MEMLEDGER_CLICKHOUSE_URL", "");
  engine = await startEngine({ dataDir: join(dataDir, "clickhouse") });
  const client = connectStore({ url: engine.url });
  await migrate(client);
  await client.close();
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await engine.stop();
  await rm(dataDir, { recursive: true, force: true });
});

it("says so where no server runs, and where the one that ran was killed", async () => {
  const away = { exitCode: 2, stdout: "", stderr: expect.stringContaining("no server runs on") };
  expect(await token(["list"])).toEqual(away);
  const dead = { version: 1, url: engine.url, pid: 2 ** 22 + 1 };
  await writeFile(join(dataDir, "engine.json"), JSON.stringify(dead));
  expect(await token(["list"])).toEqual(away);
});

it("makes a token that the running server takes, lists it without it, and revokes it", async () => {
  await announceEngine(dataDir, engine.url);
  expect((await stat(join(dataDir, "engine.json"))).mode & 0o777).toBe(0o600);
  expect((await token(["list"])).stderr).toContain("there are no agent tokens");

  const made = await token(["create", "web\u001b[31m", "--expires", "90d"]).catch((error) => error);
  expect(made).toBeInstanceOf(TokenUsageError);
  const { stdout, stderr } = await token([
    "create",
    "网络 servers 💾",
    "--expires",
    "90d",
    "--scope",
    "push",
    "--node",
    "web-*",
  ]);
  const given = stdout.trim();
  expect(given).toMatch(/^mla_[\w-]{43}$/);
  expect(stderr).not.toContain(given);

  const client = connectStore({ url: engine.url });
  const site = createAgentTokens({ agentTokens: createAgentTokenStore(client), now: Date.now });
  const { allowsNode } = await site.prove(given, "push");
  expect([allowsNode("web-1"), allowsNode("db-1")]).toEqual([true, false]);

  const listed = await token(["list"]);
  expect(listed.stdout).toContain("网络 servers 💾 (web-*)");
  expect(listed.stdout).not.toContain(given.slice(4));
  const id = listed.stdout.slice(0, 12);
  expect((await token(["revoke", id])).exitCode).toBe(0);
  await vi.waitFor(() => expect(site.prove(given, "push")).rejects.toThrow(/revoked/), 3000);
  expect((await token(["list"])).stdout).toContain("revoked");
  expect(await token(["revoke", "nobody"])).toMatchObject({ exitCode: 2 });
  await client.close();
});

it("keeps the token nowhere in the data folder", async () => {
  const { stdout } = await token(["create", "secret keeping"]);
  const [, body = ""] = stdout.trim().split("mla_");
  for (const name of await readdir(dataDir, { recursive: true })) {
    const path = join(dataDir, name);
    if ((await stat(path)).isFile()) expect(await readFile(path, "latin1")).not.toContain(body);
  }
});

it.each([
  [["create"]],
  [["create", "a", "b"]],
  [["create", "a", "--expires", "soon"]],
  [["create", "a", "--expires", "99999d"]],
  [["create", "a", "--scope", "read"]],
  [["create", ""]],
  [["list", "x"]],
  [["revoke"]],
  [["drop"]],
  [[]],
])("%j is wrong usage", async (args) => {
  await expect(token(args)).rejects.toBeInstanceOf(TokenUsageError);
});

it("finds no engine once it is withdrawn", async () => {
  await withdrawEngine(dataDir);
  expect((await token(["list"])).exitCode).toBe(2);
});
