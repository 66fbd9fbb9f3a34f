import { spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isLinux, machine, source, testFolder } from "./collector.test-support";

describe.skipIf(!isLinux)("the collector's upload", () => {
  interface Request {
    readonly url: string;
    readonly token: string | undefined;
    readonly bytes: number;
  }

  async function upload(status: number, answer: string, tokenFile?: string) {
    const requests: Request[] = [];
    const server = createServer(async (request, response) => {
      let bytes = 0;
      for await (const chunk of request) bytes += (chunk as Buffer).length;
      requests.push({ url: request.url ?? "", token: request.headers.authorization, bytes });
      response.writeHead(status, { "content-type": "application/json" }).end(answer);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const args = ["--root", machine(), "--wait", "0", "--upload", `http://127.0.0.1:${port}/`];
    if (tokenFile) args.push("--token-file", tokenFile);
    const child = spawn("sh", ["-s", "--", ...args], {
      cwd: join(testFolder(), "out"),
      env: { ...process.env, TMPDIR: join(testFolder(), "tmp") },
    });
    child.stdin.end(source);
    let out = "";
    let error = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString();
    });
    const code = await new Promise<number | null>((done) => child.on("close", done));
    server.close();
    return { code, out, error, requests, port, left: readdirSync(join(testFolder(), "out")) };
  }

  it("sends the archive with the token and prints the link", async () => {
    const tokenFile = join(testFolder(), "token");
    writeFileSync(tokenFile, "s3cret-Token_1\n");
    const answer = '{"url":"/nodes/web-01/0123456789abcdef-0","isKnown":false}';
    const result = await upload(201, answer, tokenFile);
    expect(result.error).not.toContain("not taken");
    expect(result.code).toBe(0);
    expect(result.out).toBe(`http://127.0.0.1:${result.port}/nodes/web-01/0123456789abcdef-0\n`);
    expect(result.requests).toHaveLength(1);
    expect(result.requests[0]?.url).toMatch(/^\/api\/v1\/snapshots\?name=memledger-web-01-.*gz$/);
    expect(result.requests[0]?.token).toBe("Bearer s3cret-Token_1");
    expect(result.requests[0]?.bytes).toBeGreaterThan(500);
    expect(result.left).toEqual([]);
  });

  it("keeps the archive and says why when the server refuses", async () => {
    const result = await upload(413, '{"error":{"message":"too large"}}');
    expect(result.code).toBe(3);
    expect(result.error).toContain("too large");
    expect(result.left).toHaveLength(1);
  });
});
