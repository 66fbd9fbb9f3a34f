import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  headerOf,
  scriptWith,
  startAgent,
  startPushServer,
  takenAt,
  until,
} from "./agent.test-support";
import { isInstalled, isLinux, SHELLS, testFolder, withTools } from "./collector.test-support";

/** An address where nobody listens, and where a server can be started later. */
async function freePort(): Promise<{ url: string; port: number }> {
  const server = await startPushServer();
  server.close();
  return { url: server.url, port: Number(new URL(server.url).port) };
}

const inOrder = (pushes: readonly string[]) => {
  const times = pushes.map(takenAt);
  return times.every((time, at) => at === 0 || time > (times[at - 1] ?? 0));
};

for (const [name, shell] of SHELLS) {
  const usable = isLinux && isInstalled(shell[0]);
  const title = usable ? name : `${name} (skipped: not installed here)`;

  describe.skipIf(!usable)(`the agent's spool under ${title}`, () => {
    it("keeps pushes while the server is away, over a restart, and sends them in order", async () => {
      const { url, port } = await freePort();
      const first = startAgent(url, { shell });
      await until("four wait", () => first.waiting().length >= 4, first);
      expect(await first.stop()).toBe(143);
      expect(first.said()).toMatch(/^memledger: http.* cannot be reached .*: pushes are kept\n$/);
      const waiting = first.waiting();
      expect(waiting.length).toBeGreaterThanOrEqual(4);
      expect(first.leftovers()).toEqual([]);

      const server = await startPushServer(port);
      const second = startAgent(url, { shell });
      await until("all arrived", () => server.taken().length >= waiting.length + 3, second);
      expect(inOrder(server.taken())).toBe(true);
      expect(server.requests.some(({ pushes }) => pushes.length >= waiting.length)).toBe(true);
      await until("the spool is empty", () => second.waiting().length === 0, second);
      expect(second.said()).toContain(`${waiting.length} pushes wait`);
    });

    it("goes on when the server comes back", async () => {
      const { url, port } = await freePort();
      const agent = startAgent(url, { shell });
      await until("three wait", () => agent.waiting().length >= 3, agent);
      const server = await startPushServer(port);
      await until("it catches up", () => /pushes go to/.test(agent.said()), agent);
      await until("more", () => server.taken().length >= 6, agent);
      expect(inOrder(server.taken())).toBe(true);
      const once = new Set(server.taken().map((push) => headerOf(push, "taken")));
      expect(once.size).toBe(server.taken().length);
    });
  });
}

describe.skipIf(!isLinux)("the agent", () => {
  it("drops the oldest when the spool is full", async () => {
    const { url, port } = await freePort();
    const path = scriptWith({ "QUEUE_MAX=2880": "QUEUE_MAX=3" });
    const agent = startAgent(url, { script: path });
    await until("it is full", () => /spool is full/.test(agent.said()), agent);
    const names = () => readdirSync(join(agent.spool, "queue"));
    await until("the first four are gone", () => names().every((n) => n > "0000000005"), agent);
    expect(names().length).toBeLessThanOrEqual(3);
    const server = await startPushServer(port);
    await until("the rest arrives", () => server.taken().length >= 3, agent);
    expect(inOrder(server.taken())).toBe(true);
    expect(agent.said().match(/spool is full/g)).toHaveLength(1);
  });

  it("sends a large spool in requests of bounded size", async () => {
    const { url, port } = await freePort();
    const path = scriptWith({ "BATCH_MAX=32": "BATCH_MAX=3" });
    const agent = startAgent(url, { script: path, interval: "0.1" });
    await until("ten wait", () => agent.waiting().length >= 10, agent);
    const server = await startPushServer(port);
    await until("they arrive", () => server.taken().length >= 10, agent);
    expect(Math.max(...server.requests.map(({ pushes }) => pushes.length))).toBe(3);
  });

  it("waits as long as a server that is behind asks, then sends all", async () => {
    const server = await startPushServer();
    let refusedAt = 0;
    server.answer = ({ atMs }) => {
      refusedAt ||= atMs;
      if (atMs - refusedAt < 1500) return { status: 429, headers: { "Retry-After": "2" } };
      return { body: '{"accepted":1,"duplicate":0,"rejected":[]}' };
    };
    const agent = startAgent(server.url);
    await until("pushes are taken", () => /pushes go to/.test(agent.said()), agent);
    expect(server.requests.filter(({ status }) => status === 429)).toHaveLength(1);
    expect((server.requests[1]?.atMs ?? 0) - refusedAt).toBeGreaterThanOrEqual(1990);
    expect(server.requests[1]?.pushes.length).toBeGreaterThanOrEqual(5);
    expect(inOrder(server.taken())).toBe(true);
    expect(agent.said()).toMatch(/is behind \(HTTP 429\)[\s\S]*pushes go to/);
  });

  it.each([401, 403])("keeps pushes and waits long when refused with %d", async (status) => {
    const server = await startPushServer();
    server.answer = () => ({ status, body: '{"error":{"message":"no such token"}}' });
    const tokenFile = join(testFolder(), "token");
    writeFileSync(tokenFile, "mla_one\n");
    const path = scriptWith({ "REFUSED_CS=30000": "REFUSED_CS=150" });
    const args = ["--token-file", tokenFile];
    const agent = startAgent(server.url, { script: path, args });
    await until("it is refused", () => server.requests.length > 0, agent);
    writeFileSync(tokenFile, "mla_two\n");
    await until("it tries again", () => server.requests.length > 1, agent);
    server.answer = () => ({ body: '{"accepted":1,"duplicate":0,"rejected":[]}' });
    await until("all arrives", () => server.taken().length >= 6, agent);
    const tokens = server.requests.map(({ headers }) => headers.authorization);
    expect(tokens[0]).toBe("Bearer mla_one");
    expect(tokens.at(-1)).toBe("Bearer mla_two");
    const [first, second] = server.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(700);
    expect(agent.said().match(/refuses this agent \(HTTP \d+ no such token\)/g)).toHaveLength(1);
  });

  it.each([400, 413])("drops only what the server calls unreadable with %d", async (status) => {
    const { url, port } = await freePort();
    const agent = startAgent(url);
    await until("five wait", () => agent.waiting().length >= 5, agent);
    const server = await startPushServer(port);
    let bad = "";
    server.answer = ({ pushes }) => {
      bad ||= pushes[2] ?? "";
      if (pushes.includes(bad)) return { status, body: '{"error":{"message":"it is cut"}}' };
      return { body: '{"accepted":1,"duplicate":0,"rejected":[]}' };
    };
    await until("the others arrive", () => server.taken().length >= 8, agent);
    expect(server.taken()).not.toContain(bad);
    expect(inOrder(server.taken())).toBe(true);
    const alone = server.requests.filter(({ pushes }) => pushes.length === 1 && pushes[0] === bad);
    expect(alone).toHaveLength(1);
    expect(agent.said().match(/cannot read a push \(HTTP \d+ it is cut\)/g)).toHaveLength(1);
  });

  it("keeps what a server that hangs did not answer", async () => {
    const server = await startPushServer();
    server.answer = () => ({ hangs: true });
    const path = scriptWith({ "SEND_LIMIT=5": "SEND_LIMIT=1" });
    const agent = startAgent(server.url, { script: path });
    await until("it gives up", () => /cannot be reached/.test(agent.said()), agent);
    const unanswered = server.requests[0]?.pushes[0] ?? "none";
    server.answer = () => ({ body: '{"accepted":1,"duplicate":0,"rejected":[]}' });
    await until("it arrives", () => server.taken().includes(unanswered), agent);
  });

  it.each([
    ["an empty answer", {}],
    ["a page", { body: "<html>Please log in</html>" }],
    ["a way elsewhere", { status: 302, headers: { Location: "http://127.0.0.1:9/login" } }],
    ["no such page", { status: 404, body: "not found" }],
    ["endless text", { body: "x".repeat(3_000_000) }],
    ["control characters", { status: 418, body: "\u001b[2J\u0000\n\n" }],
  ])("keeps pushes when something else answers: %s", async (_, answer) => {
    const server = await startPushServer();
    server.answer = () => answer;
    const agent = startAgent(server.url);
    await until(
      "it says so",
      () => /no Memledger server|cannot be reached/.test(agent.said()),
      agent,
    );
    await until("it keeps them", () => agent.waiting().length > 2, agent);
    expect(server.requests).toHaveLength(1);
    expect(agent.said()).toMatch(/^[ -~]*\n$/);
    expect(await agent.stop()).toBe(143);
  });

  it("says once what the server rejects, and goes on", async () => {
    const server = await startPushServer();
    server.answer = () => ({
      body: '{"accepted":0,"duplicate":0,"rejected":[{"push":0,"error":"no meminfo"}]}',
    });
    const agent = startAgent(server.url);
    await until("four pushes", () => server.taken().length >= 4, agent);
    expect(agent.said().match(/rejects a push: no meminfo/g)).toHaveLength(1);
    expect(agent.waiting()).toEqual([]);
  });

  it("is not put off its pace by a clock that jumps, and stamps what waits by one clock", async () => {
    const { url, port } = await freePort();
    const clock = join(testFolder(), "clock");
    const day = 86_400;
    writeFileSync(clock, String(Math.floor(Date.now() / 1000)));
    const env = withTools({ date: `[ "$*" = +%s ] && exec cat '${clock}'\nexec /bin/date "$@"\n` });
    const agent = startAgent(url, { env });
    await until("three wait", () => agent.waiting().length >= 3, agent);
    writeFileSync(clock, String(Math.floor(Date.now() / 1000) + day));
    await until(
      "the jump is seen",
      () => /clock of this node was set by 86\d\d\d s/.test(agent.said()),
      agent,
    );
    writeFileSync(clock, String(Math.floor(Date.now() / 1000) - day));
    await until(
      "and the other",
      () => /clock of this node was set by -17\d\d\d\d s/.test(agent.said()),
      agent,
    );
    const server = await startPushServer(port);
    await until("all arrive", () => server.taken().length >= 24, agent);
    const skewed = new Set<number>();
    for (const { headers, pushes, atMs } of server.requests) {
      const skew = atMs / 1000 - Number(headers["memledger-sent"]);
      skewed.add(Math.round(skew / day));
      for (const push of pushes) {
        expect(Math.abs(takenAt(push) + skew - atMs / 1000)).toBeLessThan(25);
      }
    }
    expect([...skewed].sort()).toEqual([-1, 0, 1]);
    // Set right by the server they stand in order.
    const setRight = server.requests.flatMap(({ headers, pushes, atMs }) =>
      pushes.map((push) => takenAt(push) + atMs / 1000 - Number(headers["memledger-sent"])),
    );
    expect(setRight.every((time, at) => at === 0 || time > (setRight[at - 1] ?? 0) - 1.1)).toBe(
      true,
    );
  });

  it("takes only its own files from the spool", async () => {
    const server = await startPushServer();
    const spool = join(testFolder(), "spool");
    mkdirSync(join(spool, "queue"), { recursive: true });
    const foreign = "a;b $(id).gz";
    writeFileSync(join(spool, "queue", foreign), "x");
    writeFileSync(join(spool, "now.gz"), "cut");
    const agent = startAgent(server.url);
    await until("pushes", () => server.taken().length >= 2, agent);
    expect(await agent.stop()).toBe(143);
    expect(agent.waiting()).toContain(foreign);
    expect(agent.leftovers()).toEqual([]);
  });
});
