import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  framesOf,
  headerOf,
  scriptWith,
  startAgent,
  startPushServer,
  TAKEN,
  takenAt,
  until,
} from "./agent.test-support";
import { isInstalled, isLinux, MEMINFO, machine, SHELLS, ZONEINFO } from "./collector.test-support";

const WORD = "memledger-push 1\n";

for (const [name, shell] of SHELLS) {
  const usable = isLinux && isInstalled(shell[0]);
  const title = usable ? name : `${name} (skipped: not installed here)`;

  describe.skipIf(!usable)(`the agent under ${title}`, () => {
    it("pushes frames as tail prints them, below a header", async () => {
      const server = await startPushServer();
      const agent = startAgent(server.url, { shell, args: ["--label", "pool=gpu"] });
      await until("three pushes", () => server.taken().length >= 3, agent);
      const [first = "", second = ""] = server.taken();
      expect(second.startsWith(WORD)).toBe(true);
      expect(headerOf(second, "node")).toBe("web-01");
      expect(headerOf(second, "interval")).toBe("0.2");
      expect(headerOf(second, "label")).toBe("pool=gpu");
      expect(headerOf(second, "agent")).toMatch(/^\d/);
      expect(Math.abs(takenAt(second) - Date.now() / 1000)).toBeLessThan(30);
      expect(second).toContain(`\n\n==> /proc/meminfo <==\n${MEMINFO}\n==> /proc/zoneinfo <==\n`);
      expect(second).toContain(ZONEINFO);
      expect(framesOf(second)).toEqual(["/proc/meminfo", "/proc/zoneinfo", "/proc/net/sockstat"]);
      expect([headerOf(first, "set"), headerOf(second, "set")]).toEqual(["heavy", "essential"]);
      expect(headerOf(second, "lacks")).toContain("vmstat absent|sockstat6 absent|pressure/memory");
      expect(headerOf(second, "lacks")).not.toContain("slabinfo");
      expect(headerOf(first, "lacks")).toContain("slabinfo absent");
      expect(headerOf(first, "lacks")).toContain("ss absent|cgroup.memory absent");
      const sent = server.requests[1]?.headers["memledger-sent"];
      expect(sent).toMatch(/^\d+$/);
      expect(Math.abs(Number(sent) - takenAt(second))).toBeLessThan(5);
      expect(await agent.stop()).toBe(143);
      expect(agent.said()).toBe(`memledger: pushes go to ${server.url} as web-01, every 0.2 s\n`);
    });

    it("sends the heavier set every tenth time", async () => {
      const server = await startPushServer();
      const root = machine({ "proc/slabinfo": "slabinfo - version: 2.1\n" });
      const agent = startAgent(server.url, { shell, root, interval: "0.1" });
      await until("22 pushes", () => server.taken().length >= 22, agent);
      const sets = server.taken().map((push) => headerOf(push, "set"));
      expect(sets.slice(0, 22).flatMap((set, at) => (set === "heavy" ? [at] : []))).toEqual([
        0, 10, 20,
      ]);
      expect(framesOf(server.taken()[10] ?? "")).toContain("/proc/slabinfo");
      expect(server.requests.every(({ url }) => url === "/api/v1/push")).toBe(true);
    });

    it("sends the heavier set and a full snapshot when the unexplained part rises", async () => {
      const server = await startPushServer();
      const root = machine();
      const agent = startAgent(server.url, { shell, root });
      await until("a first push", () => server.taken().length > 0, agent);
      // 256 MiB less are free, of which 156 are memory of TCP and 50 wait on the lists of a CPU: 50 are not explained.
      const pages = (mib: number) => (mib * 1024) / 4;
      writeFileSync(
        join(root, "proc/net/sockstat"),
        `TCP: inuse 1 orphan 0 tw 0 alloc 2 mem ${pages(156)}\n`,
      );
      writeFileSync(join(root, "proc/zoneinfo"), `              count: ${pages(50)}\n`);
      writeFileSync(
        join(root, "proc/meminfo"),
        MEMINFO.replace("1024000", String(1024000 - 262144)),
      );
      const seen = server.taken().length;
      await until("the same explained", () => server.taken().length > seen + 2, agent);
      expect(
        server
          .taken()
          .slice(seen)
          .filter((push) => headerOf(push, "set") === "heavy").length,
      ).toBeLessThanOrEqual(1);
      expect(server.requests.some(({ url }) => url.startsWith("/api/v1/snapshots"))).toBe(false);
      writeFileSync(
        join(root, "proc/meminfo"),
        MEMINFO.replace("1024000", String(1024000 - 393216)),
      );
      const snapshots = () =>
        server.requests.filter(({ url }) =>
          url.startsWith("/api/v1/snapshots?name=memledger-web-01-"),
        );
      await until("a snapshot", () => snapshots().length > 0, agent);
      // One that was on its way when the file changed may still be of the smaller set.
      const setsOf = (free: number) =>
        server
          .taken()
          .filter((push) => push.includes(` ${free} kB`))
          .map((push) => headerOf(push, "set"));
      expect(setsOf(1024000 - 393216).slice(0, 2)).toContain("heavy");
      expect(snapshots()[0]?.headers["memledger-sent"]).toMatch(/^\d+$/);
      // Once more it is said at once, but the next snapshot by itself has to wait.
      writeFileSync(
        join(root, "proc/meminfo"),
        MEMINFO.replace("1024000", String(1024000 - 600000)),
      );
      const before = server.taken().length;
      await until("more pushes", () => server.taken().length > before + 4, agent);
      expect(setsOf(1024000 - 600000).slice(0, 2)).toContain("heavy");
      expect(snapshots()).toHaveLength(1);
    });

    it("sends a full snapshot when the server wants one, once, and goes on pushing", async () => {
      const server = await startPushServer();
      const snapshots = () => server.requests.filter(({ url }) => url.includes("/snapshots"));
      const want = () => (snapshots().length === 0 ? '"want":"snapshot",' : "");
      server.answer = () => ({ body: `{"accepted":1,"duplicate":0,${want()}"rejected":[]}` });
      // It would not wait a minute for the next one.
      const copy = scriptWith({ "REQUEST_CS=6000": "REQUEST_CS=1" });
      const agent = startAgent(server.url, { shell, script: copy });
      await until("a snapshot", () => snapshots().length > 0, agent);
      const seen = server.taken().length;
      await until("more pushes", () => server.taken().length > seen + 5, agent);
      expect(snapshots()).toHaveLength(1);
      expect(await agent.stop()).toBe(143);
      expect(agent.leftovers()).toEqual([]);
    });

    it("sends no second snapshot within a minute, whatever the server wants", async () => {
      const server = await startPushServer();
      server.answer = () => ({ body: '{"accepted":1,"want": "snapshot","rejected":[]}' });
      const agent = startAgent(server.url, { shell });
      const snapshots = () => server.requests.filter(({ url }) => url.includes("/snapshots"));
      await until("a snapshot", () => snapshots().length > 0, agent);
      const seen = server.taken().length;
      await until("more pushes", () => server.taken().length > seen + 5, agent);
      expect(snapshots()).toHaveLength(1);
    });

    it("goes on without a file that hangs, and says so", async () => {
      const server = await startPushServer();
      const root = machine({ "proc/loadavg": "1 1 1\n" });
      const agent = startAgent(server.url, { shell, root, args: ["--limit", "1"] });
      await until("a first push", () => server.taken().length > 0, agent);
      rmSync(join(root, "proc/zoneinfo"));
      execFileSync("mkfifo", [join(root, "proc/zoneinfo")]);
      const lacks = () => server.taken().map((push) => headerOf(push, "lacks"));
      await until(
        "a push without it",
        () => lacks().some((l) => /zoneinfo timeout/.test(l)),
        agent,
      );
      const last = server.taken().at(-1) ?? "";
      expect(framesOf(last)).toEqual(["/proc/meminfo", "/proc/net/sockstat", "/proc/loadavg"]);
      expect(agent.said()).toContain("proc/zoneinfo does not answer");
      expect(await agent.stop()).toBe(143);
      expect(agent.leftovers()).toEqual([]);
    });

    it("keeps odd labels on one line each", async () => {
      const server = await startPushServer();
      const odd = [
        "a=x\nnode: other",
        "b=漢字 🐧 <script>'\";$(id)`id`\\n",
        `c=${"漢".repeat(200)}`,
        "d=\t\u0007e\u007f",
      ];
      const args = odd.flatMap((label) => ["--label", label]);
      const agent = startAgent(server.url, { shell, args });
      await until("a push", () => server.taken().length > 0, agent);
      const [push = ""] = server.taken();
      expect(headerOf(push, "node")).toBe("web-01");
      expect(headerOf(push, "label").split("|")).toEqual([
        "a=x node: other",
        odd[1],
        odd[2],
        "d=  e ",
      ]);
    });
  });
}

describe.skipIf(!isLinux)("a full snapshot that the server does not take", () => {
  it("is said once, and tried again less and less often", async () => {
    const server = await startPushServer();
    server.answer = () => ({ body: '{"accepted":1,"want":"snapshot","rejected":[]}' });
    server.stored = { status: 413, body: '{"error":{"message":"too large"}}' };
    const copy = scriptWith({ "REQUEST_CS=6000": "REQUEST_CS=20" });
    const agent = startAgent(server.url, { script: copy });
    const snapshots = () => server.requests.filter(({ url }) => url.includes("/snapshots"));
    await until("four of them", () => snapshots().length >= 4, agent);
    const at = snapshots().map(({ atMs }) => atMs);
    expect((at[3] ?? 0) - (at[2] ?? 0)).toBeGreaterThan(1500);
    expect(agent.said().match(/a full snapshot was not sent: .*too large/g)).toHaveLength(1);
    expect(await agent.stop()).toBe(143);
    expect(agent.leftovers()).toEqual([]);
  });
});

describe.skipIf(!isLinux)("the agent in Kubernetes", () => {
  it("has the name of the node, and says its pod", async () => {
    const server = await startPushServer();
    server.answer = () => TAKEN;
    const env = { NODE_NAME: "pool-7.example", POD_NAME: "memledger-agent-x\ny" };
    const agent = startAgent(server.url, { env });
    await until("a push", () => server.taken().length > 0, agent);
    const [push = ""] = server.taken();
    expect(headerOf(push, "node")).toBe("pool-7.example");
    expect(headerOf(push, "k8s-node")).toBe("pool-7.example");
    expect(headerOf(push, "k8s-pod")).toBe("memledger-agent-x y");
  });
});
