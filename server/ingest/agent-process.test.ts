import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { processesOf, scriptWith, startAgent, startPushServer, until } from "./agent.test-support";
import { isInstalled, isLinux, SHELLS, testFolder, withTools } from "./collector.test-support";

/** A machine that has just these programs, as far as the script can see. */
function onlyTools(...names: readonly string[]) {
  const bin = join(testFolder(), "only");
  mkdirSync(bin, { recursive: true });
  const needed =
    "sh awk tail gzip mkdir mv rm cat tr cut sleep ls wc date id grep sed find rmdir renice";
  for (const name of [...needed.split(" "), ...names]) {
    const from = ["/usr/bin", "/bin", "/usr/sbin"].find((f) => readdirSync(f).includes(name));
    if (from) symlinkSync(join(from, name), join(bin, name));
  }
  const script = scriptWith({ "PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin": "PATH=$PATH" });
  return { env: { PATH: bin }, script };
}

for (const [name, shell] of SHELLS) {
  const usable = isLinux && isInstalled(shell[0]);
  const title = usable ? name : `${name} (skipped: not installed here)`;

  describe.skipIf(!usable)(`the agent's process under ${title}`, () => {
    it("runs once for a spool", async () => {
      const server = await startPushServer();
      const first = startAgent(server.url, { shell });
      await until("it pushes", () => server.taken().length > 0, first);
      const second = startAgent(server.url, { shell });
      expect(await second.ended).toBe(1);
      expect(second.said()).toContain(`runs already on this spool (process ${first.child.pid}`);
      const seen = server.taken().length;
      await until("the first goes on", () => server.taken().length > seen, first);
    });

    it.each([
      ["a process that is gone", "4194304 1 BOOT"],
      ["a number that somebody else has now", `${process.pid} 1 BOOT`],
      ["an earlier boot", `${process.pid} START 00000000-dead`],
      ["nobody", ""],
      ["nonsense", "../../1 x y\n"],
    ])("takes over the lock of %s", async (_, holder) => {
      const server = await startPushServer();
      const spool = join(testFolder(), "spool");
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      const fields = readFileSync("/proc/self/stat", "utf8")
        .replace(/^.*\) /, "")
        .split(" ");
      mkdirSync(join(spool, "lock"), { recursive: true });
      const text = holder.replace("BOOT", boot).replace("START", fields[19] ?? "");
      writeFileSync(join(spool, "lock", "pid"), text);
      const agent = startAgent(server.url, { shell });
      await until("it pushes", () => server.taken().length > 0, agent);
      expect(await agent.stop()).toBe(143);
      expect(agent.leftovers()).toEqual([]);
    });

    it("ends on SIGTERM whatever it does, without a child or a file left", async () => {
      const server = await startPushServer();
      const wants = '{"accepted":1,"want":"snapshot","rejected":[]}';
      // While it sleeps, sends to a server that hangs, and takes a snapshot that waits a minute.
      for (const answer of [{ body: "" }, { hangs: true }, { body: wants }]) {
        server.answer = () => answer;
        const seen = server.requests.length;
        const args = ["--wait", "60"];
        const agent = startAgent(server.url, { shell, args, interval: "20" });
        await until("it pushes", () => server.requests.length > seen, agent);
        const busy = () => processesOf(agent.spool).length >= ("body" in answer ? 1 : 2);
        await until("it is at it", busy, agent);
        if (answer.body === wants) {
          await until(
            "a snapshot",
            () => agent.leftovers().some((n) => n.includes("/snap/")),
            agent,
          );
        }
        expect(await agent.stop()).toBe(143);
        expect(processesOf(agent.spool)).toEqual([]);
        expect(agent.leftovers()).toEqual([]);
      }
    });

    it("starts anew after it was killed, and leaves its children no work", async () => {
      const server = await startPushServer();
      const killed = startAgent(server.url, { shell });
      await until("it pushes", () => server.taken().length > 0, killed);
      expect(await killed.stop("SIGKILL")).toBe(null);
      expect(killed.leftovers()).toContain("lock");
      await until("its children end", () => processesOf(killed.spool).length === 0);
      const seen = server.taken().length;
      const agent = startAgent(server.url, { shell });
      await until("it pushes again", () => server.taken().length > seen, agent);
      expect(await agent.stop()).toBe(143);
      expect(agent.leftovers()).toEqual([]);
    });

    it("never shows its token in the list of processes", async () => {
      const server = await startPushServer();
      const tokenFile = join(testFolder(), "token");
      writeFileSync(tokenFile, "mla_s3cret\n");
      const seen: string[] = [];
      server.answer = () => {
        seen.push(...processesOf(join(testFolder(), "spool")));
        return { body: '{"accepted":1,"want":"snapshot","rejected":[]}' };
      };
      const agent = startAgent(server.url, { shell, args: ["--token-file", tokenFile] });
      const snapshot = () => server.requests.find(({ url }) => url.includes("/snapshots"));
      await until("a snapshot", () => snapshot() !== undefined, agent);
      expect(server.requests[0]?.headers.authorization).toBe("Bearer mla_s3cret");
      expect(snapshot()?.headers.authorization).toBe("Bearer mla_s3cret");
      expect(seen.some((line) => line.includes("curl"))).toBe(true);
      expect(seen.filter((line) => line.includes("s3cret"))).toEqual([]);
      expect(await agent.stop()).toBe(143);
    });
  });
}

describe.skipIf(!isLinux)("the agent without curl", () => {
  it.skipIf(!isInstalled("wget"))("sends with GNU wget", async () => {
    const server = await startPushServer();
    const tokenFile = join(testFolder(), "token");
    writeFileSync(tokenFile, "mla_s3cret\n");
    const args = ["--token-file", tokenFile];
    const agent = startAgent(server.url, { ...onlyTools("wget"), args });
    await until("three pushes", () => server.taken().length >= 3, agent);
    expect(server.requests[0]?.headers["user-agent"]).toMatch(/^Wget/);
    server.answer = () => ({ status: 429, headers: { "Retry-After": "1" } });
    await until("it is told to wait", () => /HTTP 429/.test(agent.said()), agent);
    server.answer = () => ({ body: '{"accepted":1,"rejected":[]}' });
    const seen = server.taken().length;
    await until("it goes on", () => server.taken().length > seen + 3, agent);
    expect(server.requests.map(({ headers }) => headers.authorization)).toContain(
      "Bearer mla_s3cret",
    );
    expect(await agent.stop()).toBe(143);
    expect(agent.leftovers()).toEqual([]);
  });

  it.skipIf(!isInstalled("busybox"))("sends through nc where wget is busybox's", async () => {
    const server = await startPushServer();
    const stubs = { wget: 'exec busybox wget "$@"', nc: 'exec busybox nc "$@"' };
    const [bin] = withTools(stubs)["PATH"]?.split(":") ?? [];
    const { env, script } = onlyTools("busybox");
    const agent = startAgent(server.url, { env: { PATH: `${bin}:${env.PATH}` }, script });
    await until("three pushes", () => server.taken().length >= 3, agent);
    expect(server.requests[0]?.headers["user-agent"]).toBe(undefined);
    expect(await agent.stop()).toBe(143);
    expect(agent.leftovers()).toEqual([]);
  });

  it("says what it needs", async () => {
    const agent = startAgent("http://127.0.0.1:9", onlyTools());
    expect(await agent.ended).toBe(2);
    expect(agent.said()).toMatch(/needs curl/);
  });
});

describe.skipIf(!isLinux)("the agent's options", () => {
  it.each([
    [["--interval", "x"]],
    [["--interval", "0"]],
    [["--interval", "4000"]],
    [["--name", "a b"]],
    [["--name", "../x"]],
    [["--token-file", "/nowhere"]],
    [["--push", "http://host/$(id)"]],
    [["--options", "/nowhere"]],
    [["--label", `a=${"x".repeat(1025)}`]],
    [["--label", "a b=c"]],
  ])("are refused when wrong: %j", async (args) => {
    const agent = startAgent("http://127.0.0.1:9", { args });
    expect(await agent.ended).toBe(2);
    expect(agent.said()).toMatch(/^memledger: /);
    expect(agent.leftovers()).toEqual([]);
  });

  it("come from a file as well", async () => {
    const server = await startPushServer();
    const file = join(testFolder(), "agent.conf");
    writeFileSync(file, `# the agent\n\npush ${server.url}\nlabel rack=7 "left"; $(id)\nname n1`);
    const agent = startAgent("http://127.0.0.1:9", { args: ["--options", file, "--once"] });
    expect(await agent.ended).toBe(0);
    const [push = ""] = server.taken();
    expect(push).toContain("\nnode: n1\n");
    expect(push).toContain('\nlabel: rack=7 "left"; $(id)\n');
  });

  it("--once says with its code that the push has to wait", async () => {
    const agent = startAgent("http://127.0.0.1:9", { args: ["--once"] });
    expect(await agent.ended).toBe(3);
    expect(agent.waiting()).toHaveLength(1);
    expect(agent.leftovers()).toEqual([]);
  });
});
