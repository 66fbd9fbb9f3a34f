import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { end, type Launched, launch, ready } from "./launched";
import { pushBody } from "./push-body.mjs";
import { PORT as SHARED_PORT } from "./site";
import { expect, test } from "./test";

// One server for all: in two workers the second would find its port taken.
test.describe.configure({ mode: "serial", timeout: 120_000 });

const PORT = SHARED_PORT + 6;
const SITE = `http://127.0.0.1:${PORT}`;
const DAY = 24 * 3600;
const MIB = 1024 ** 2;
const GIB = 1024 * MIB;
let dataDir: string;
let server: Launched;

test.beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "memledger-hostile-"));
  server = launch({ port: PORT, dataDir, variables: { MEMLEDGER_CLICKHOUSE_URL: "" } });
  await ready(server);
});

test.afterAll(async () => {
  await end(server);
  await rm(dataDir, { recursive: true, force: true });
});

// Whatever was sent, the server is the same process afterwards and takes an honest push.
test.afterEach(async () => {
  expect((await fetch(`${SITE}/healthz`)).status).toBe(200);
  expect(server.child.exitCode).toBeNull();
  const taken = now() - 1;
  const { status, answer } = await send(pushBody([{ node: "honest", taken }]));
  expect([status, answer.accepted + answer.duplicate]).toEqual([200, 1]);
});

const now = () => Math.floor(Date.now() / 1000);

async function send(body: Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(`${SITE}/api/v1/push`, {
    method: "POST",
    body: new Uint8Array(body),
    headers,
  });
  return { status: response.status, answer: await response.json() };
}

/** The end of a connection is seen by `closed`. */
const drained = (socket: Socket) => once(socket, "drain").catch(() => undefined);

interface RawOptions {
  readonly host?: string;
  readonly head: readonly string[];
  /** What is written at once, again and again, until the server answers or `most` bytes are gone. */
  readonly block: Buffer;
  readonly most: number;
}

/** A request as no client of good manners sends it: what was answered, and how much the server took. */
async function sendRaw({ host = `127.0.0.1:${PORT}`, head, block, most }: RawOptions) {
  const socket = connect({ port: PORT, host: "127.0.0.1" });
  await once(socket, "connect");
  let answer = "";
  let isOver = false;
  socket.on("data", (bytes) => {
    answer += String(bytes);
  });
  socket.on("error", () => socket.destroy());
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  void closed.then(() => {
    isOver = true;
  });
  const lines = ["POST /api/v1/push HTTP/1.1", `Host: ${host}`, ...head, "", ""];
  socket.write(lines.join("\r\n"));
  let sent = 0;
  while (!isOver && answer === "" && sent < most) {
    sent += block.length;
    if (!socket.write(block)) await Promise.race([drained(socket), closed]);
  }
  if (answer === "") await Promise.race([once(socket, "data"), closed]).catch(() => undefined);
  socket.destroy();
  await closed;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]), answer, sent };
}

test("1 GB is refused unread where it is announced, and after some MiB where it is not", async () => {
  const block = Buffer.alloc(MIB, gzipSync("x"));
  const announced = await sendRaw({ head: [`Content-Length: ${GIB}`], block, most: GIB });
  expect(announced.status).toBe(413);
  expect(announced.answer).toContain("A body of pushes holds at most 16 MiB. Send it in parts.");
  expect(announced.sent).toBeLessThan(64 * MIB);

  const size = Buffer.from(`${MIB.toString(16)}\r\n`);
  const chunk = Buffer.concat([size, block, Buffer.from("\r\n")]);
  const chunked = await sendRaw({ head: ["Transfer-Encoding: chunked"], block: chunk, most: GIB });
  expect(chunked.status).toBe(413);
  expect(chunked.answer).toContain("A body of pushes holds at most 16 MiB. Send it in parts.");
  expect(chunked.sent).toBeLessThan(64 * MIB);
});

test("a sender that stops in the middle keeps nobody waiting", async () => {
  const socket = connect({ port: PORT, host: "127.0.0.1" });
  await once(socket, "connect");
  socket.on("error", () => socket.destroy());
  socket.write(
    `POST /api/v1/push HTTP/1.1\r\nHost: 127.0.0.1:${PORT}\r\nContent-Length: 1000\r\n\r\n`,
  );
  socket.write(pushBody([{ node: "slow", taken: now() }]).subarray(0, 10));
  const { status } = await send(pushBody([{ node: "beside-slow", taken: now() }]));
  expect(status).toBe(200);
  socket.destroy();
});

test("names of 200 Chinese characters and emoji are kept, and shown", async ({ page }) => {
  const node = `${"节点".repeat(98)}🚀🧨`;
  const body = pushBody([{ node, taken: now(), head: [`label: ${"标签".repeat(20)}=🚀'; DROP`] }]);
  expect(await send(body)).toMatchObject({ status: 200, answer: { accepted: 1, rejected: [] } });
  await page.goto(`${SITE}/nodes/${encodeURIComponent(node)}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("节点节点");
});

test("garbage, a bomb and 10,000 members: each bad one is named, each good one kept", async () => {
  const taken = now() - 4000;
  // Where the next member begins is not known behind a bomb: it is the last that is read.
  const body = Buffer.concat([
    pushBody([{ node: "mixed", taken }]),
    gzipSync("garbage"),
    pushBody([{ node: "mixed", taken: taken + 1 }]),
    gzipSync(Buffer.alloc(256 * MIB)),
  ]);
  const { status, answer } = await send(body);
  expect([status, answer.accepted]).toEqual([200, 2]);
  expect(answer.rejected.map(({ push }: { push: number }) => push)).toEqual([1, 3]);
  for (const { error } of answer.rejected) expect(error).toMatch(/^[^\n]{5,200}$/);

  const small = gzipSync("garbage");
  const many = await send(Buffer.concat(Array.from({ length: 10_000 }, () => small)));
  expect([many.status, many.answer.accepted]).toEqual([200, 0]);
  const text = JSON.stringify(many.answer);
  expect(text.length).toBeLessThan(MIB);
});

test("what is no push, has a wrong token or comes from elsewhere gets one sentence", async () => {
  const good = pushBody([{ node: "refused", taken: now() }]);
  const refusals: [Buffer, Record<string, string>, number][] = [
    [Buffer.from("<script>alert(1)</script>"), {}, 400],
    [good, { authorization: `Bearer mla_${"x".repeat(43)}` }, 401],
    [good, { origin: "https://evil.example" }, 403],
    [good, { "memledger-sent": "'; DROP TABLE samples" }, 400],
  ];
  for (const [body, headers, wanted] of refusals) {
    const { status, answer } = await send(body, headers);
    expect([status, typeof answer.error?.message]).toEqual([wanted, "string"]);
  }
  const foreign = await sendRaw({
    host: "evil.example",
    head: [`Content-Length: ${good.length}`, "Connection: close"],
    block: good,
    most: good.length,
  });
  expect(foreign.status).toBe(403);
});

test("a clock that jumps a day ahead and back, shuffled and sent twice, is stated and counted once", async ({
  page,
}) => {
  const node = "jumping";
  const at = (ahead: number, agoS: number) => ({ node, taken: now() + ahead - agoS });
  const bodies = [at(0, 90), at(DAY, 60), at(-DAY, 30)].map((push) => pushBody([push]));
  const sent = [now(), now() + DAY, now() - DAY];
  const order = [1, 0, 2, 1, 2, 0];
  let accepted = 0;
  for (const index of order) {
    const headers = { "memledger-sent": String(sent[index]) };
    const { status, answer } = await send(bodies[index] ?? Buffer.alloc(0), headers);
    expect([status, answer.rejected]).toEqual([200, []]);
    accepted += answer.accepted;
  }
  expect(accepted).toBe(3);
  await page.goto(`${SITE}/nodes/${node}?from=now-6h`);
  await expect(page.getByText(/clock is (24 h|1 day)/).first()).toBeVisible();
});
