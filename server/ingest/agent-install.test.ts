import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { startAgent, startPushServer, until } from "./agent.test-support";
import {
  isInstalled,
  isLinux,
  pathFor,
  SHELLS,
  script,
  testFolder,
} from "./collector.test-support";

const publicFolder = dirname(script);
const installer = readFileSync(join(publicFolder, "install.sh"), "utf8");

interface Run {
  readonly code: number | null;
  readonly said: string;
}

/** Runs the installer as users do: piped into a shell. It fetches from a server that has `files`. */
async function install(
  args: readonly string[],
  { shell = ["sh"], files }: { shell?: readonly string[]; files?: Record<string, string> } = {},
): Promise<Run & { readonly url: string }> {
  const server = createServer((request, response) => {
    const name = (request.url ?? "/").slice(1);
    const own = files?.[name];
    if (own !== undefined) response.end(own);
    else if (!files && existsSync(join(publicFolder, name)))
      response.end(readFileSync(join(publicFolder, name)));
    else response.writeHead(404).end("not here");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const run = await pipeToShell(
    shell,
    args.map((arg) => arg.replace("SERVER", url)),
  );
  server.close();
  return { ...run, url };
}

async function pipeToShell([command = "sh", ...rest]: readonly string[], args: readonly string[]) {
  const child = spawn(command, [...rest, "-s", "--", ...args], {
    env: { ...process.env, ...pathFor(command) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(installer);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, said };
}

/** A root to install below; on it runs systemd. */
function emptyRoot(): string {
  const root = join(testFolder(), "root of a node");
  mkdirSync(join(root, "run/systemd/system"), { recursive: true });
  return root;
}

const filesOf = (root: string) =>
  readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => `/${path}`)
    .sort();

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

for (const [name, shell] of SHELLS) {
  const usable = isLinux && isInstalled(shell[0]);
  const title = usable ? name : `${name} (skipped: not installed here)`;

  describe.skipIf(!usable)(`the installer under ${title}`, () => {
    it("writes the agent, its options, its token and its unit, and takes all off again", async () => {
      const root = emptyRoot();
      const token = join(testFolder(), "token");
      writeFileSync(token, "mla_s3cret\n");
      const options = ["--interval", "60", "--name", "n1", "--label", "rack=7 'left' $(id)"];
      const args = ["--prefix", root, "--push", "SERVER/", "--token-file", token, ...options];
      const run = await install(args, { shell });
      expect(run).toMatchObject({ code: 0, said: "memledger: the files are written\n" });
      expect(filesOf(root)).toEqual([
        "/etc/memledger/agent.conf",
        "/etc/memledger/token",
        "/etc/systemd/system/memledger-agent.service",
        "/usr/local/bin/memledger.sh",
      ]);
      expect(readFileSync(join(root, "etc/memledger/agent.conf"), "utf8")).toBe(
        `# Options of memledger.sh --agent, one a line without the dashes.\npush ${run.url}\ntoken-file /etc/memledger/token\ninterval 60\nname n1\nlabel rack=7 'left' $(id)\n`,
      );
      expect(readFileSync(join(root, "usr/local/bin/memledger.sh"), "utf8")).toBe(
        readFileSync(script, "utf8"),
      );
      expect(modeOf(join(root, "usr/local/bin/memledger.sh"))).toBe("755");
      expect(modeOf(join(root, "etc/memledger"))).toBe("700");
      expect(modeOf(join(root, "etc/memledger/token"))).toBe("600");

      const gone = await install(["--prefix", root, "--uninstall"], { shell });
      expect(gone.code).toBe(0);
      expect(filesOf(root)).toEqual([]);
      expect(existsSync(join(root, "etc/memledger"))).toBe(false);
    });

    it("stops an agent that was started by hand, and removes its spool", async () => {
      const server = await startPushServer();
      const root = emptyRoot();
      const spool = join(root, "var/lib/memledger-agent");
      mkdirSync(dirname(spool), { recursive: true });
      const agent = startAgent(server.url, { shell, spool });
      await until("it pushes", () => server.taken().length > 0, agent);
      const gone = await install(["--prefix", root, "--uninstall"], { shell });
      expect(gone).toMatchObject({
        code: 0,
        said: "memledger: the agent and all it wrote are gone\n",
      });
      expect(await agent.ended).toBe(143);
      expect(existsSync(spool)).toBe(false);
    });
  });
}

describe.skipIf(!isLinux)("the installer", () => {
  it("keeps the token when it is run again without one", async () => {
    const root = emptyRoot();
    await install(["--prefix", root, "--push", "SERVER", "--token", "mla_one"]);
    await install(["--prefix", root, "--push", "SERVER"]);
    expect(readFileSync(join(root, "etc/memledger/token"), "utf8")).toBe("mla_one\n");
    expect(readFileSync(join(root, "etc/memledger/agent.conf"), "utf8")).toContain("token-file");
  });

  it.each([
    ["a page that asks to log in", { "memledger.sh": "<html>Log in</html>" }, /is not the agent/],
    ["a script of something else", { "memledger.sh": "#!/bin/sh\necho hello" }, /is not the agent/],
    [
      "half of the script",
      { "memledger.sh": readFileSync(script, "utf8").slice(0, 30_000) },
      /is not the agent/,
    ],
    ["nothing", { "memledger.sh": "" }, /is empty/],
    ["404", {}, /could not read/],
  ])("installs nothing when the server sends %s", async (_, files, why) => {
    const root = emptyRoot();
    const run = await install(["--prefix", root, "--push", "SERVER"], { files });
    expect(run.code).toBe(1);
    expect(run.said).toMatch(why);
    expect(filesOf(root)).toEqual([]);
  });

  it.each([
    [[]],
    [["--push"]],
    [["--push", "http://h/$(id)"]],
    [["--nonsense"]],
    [["--push", "SERVER", "--label", "a=b\ntoken-file /etc/shadow"]],
    [["--push", "SERVER", "--token", "a b"]],
    [["--push", "SERVER", "--token-file", "/nowhere"]],
  ])("refuses wrong options: %j", async (args) => {
    const root = emptyRoot();
    const run = await install(["--prefix", root, ...args]);
    expect(run.code).toBe(2);
    expect(filesOf(root)).toEqual([]);
  });

  it("does nothing when its download was cut", () => {
    const root = emptyRoot();
    for (const cut of [500, 3000, installer.length - 30, installer.length - 3]) {
      const args = ["-s", "--", "--prefix", root, "--uninstall"];
      const input = installer.slice(0, cut);
      expect(spawnSync("sh", args, { input, encoding: "utf8" }).stderr).not.toContain("gone");
    }
  });
});
