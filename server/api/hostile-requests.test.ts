import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServices } from "../services/running-services.test-support";
import { handleSnapshot } from "./collector-http";
import { createCaller } from "./root";
import { handleTrpc } from "./trpc-http";

let running: Awaited<ReturnType<typeof startServices>>;

const MEMINFO = "MemTotal: 4000 kB\nMemFree: 500 kB\nBuffers: 0 kB\nCached: 100 kB\nSlab: 7 kB\n";
const HERE = { host: "localhost:3000" };
const caller = () => createCaller({ services: running.services, credentials: HERE });

beforeAll(async () => {
  running = await startServices();
  globalThis.memledgerServices = running.services;
}, 60_000);
afterAll(async () => {
  globalThis.memledgerServices = undefined;
  await running.stop();
});

async function send(body: string | Buffer, name = "sent") {
  const url = `http://localhost:3000/api/v1/snapshots?name=${encodeURIComponent(name)}`;
  const bytes = new Uint8Array(typeof body === "string" ? Buffer.from(body) : body);
  const request = new Request(url, { method: "POST", body: bytes, headers: HERE });
  const response = await handleSnapshot(running.services, request);
  return { status: response.status, answer: await response.json() };
}

describe("a hostile file is read as far as it is good, or gives one clear error", () => {
  it.each([
    ["UTF-16", Buffer.from(`\uFEFF${MEMINFO}`, "utf16le")],
    ["half a surrogate pair", Buffer.from(`\uFEFF${"\uD800".repeat(100)}\n${MEMINFO}`, "utf16le")],
    ["NUL bytes", MEMINFO.replace("Buffers", "\0Buf\0fers") + "\0".repeat(100)],
    ["a number of 400 digits", `${MEMINFO}VmallocTotal: ${"9".repeat(400)} kB\n`],
    ["10 MB of digits", `${MEMINFO}Foo: ${"1".repeat(10_000_000)} kB\n`],
    ["10 MB of blanks", `${MEMINFO}${" ".repeat(10_000_000)}x\n`],
    ["a petabyte of memory", MEMINFO.replace("4000", "1000000000000")],
  ])(
    "%s",
    async (name, body) => {
      const { status, answer } = await send(body, name);
      expect([status, answer.snapshots?.length]).toEqual([201, 1]);
    },
    30_000,
  );

  it.each([
    ["nothing", ""],
    ["zeros in a gzip in a gzip", gzipSync(gzipSync(Buffer.alloc(200_000_000)))],
  ])(
    "%s",
    async (name, body) => {
      const { status, answer } = await send(body, name);
      expect(status).toBe(422);
      expect(answer.error.message).toMatch(/\w/);
    },
    30_000,
  );

  it("a name that leads out of the folder is a name", async () => {
    const { status } = await send(MEMINFO.replace("500", "501"), "../../../etc/passwd\0.txt");
    expect(status).toBe(201);
  });

  it("a file of 2,000 measurements is read once, not once for each", async () => {
    const started = performance.now();
    const { status, answer } = await send(MEMINFO.replace("500", "502").repeat(2000), "many");
    expect(status).toBe(201);
    expect(answer.snapshots.length).toBeGreaterThan(1);
    expect(performance.now() - started).toBeLessThan(30_000);
  }, 60_000);
});

describe("a hostile request", () => {
  it("for a file outside the snapshot finds none", async () => {
    const { answer } = await send(MEMINFO.replace("500", "503"));
    const [{ id }] = answer.snapshots;
    for (const file of ["../../etc/passwd", "/etc/passwd", "..%2f..%2fetc%2fpasswd"]) {
      await expect(caller().snapshots.rawFile({ id, file })).rejects.toMatchObject({
        code: "NOT_FOUND",
      });
    }
  });

  it("of 1,000 calls at once is refused whole", async () => {
    const paths = Array.from({ length: 1000 }, () => "nodes.list").join(",");
    const url = `http://localhost:3000/api/trpc/${paths}?batch=1&input=%7B%7D`;
    const response = await handleTrpc(new Request(url, { headers: HERE }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Batch call exceeds maximum size");
  });

  it("among 30 at once is answered like each of them", async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, at) => send(MEMINFO.replace("500", String(600 + at)))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  }, 60_000);
});
