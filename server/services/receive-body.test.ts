import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { receiveBody } from "./receive-body";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "memledger-body-"));
});
afterEach(() => rm(folder, { recursive: true }));

const LIMITS = { maxBytes: 100, maxMs: 5000 };

function bodyOf(...pieces: string[]): ReadableStream<Uint8Array> {
  return new Blob(pieces).stream();
}

it("writes the body to the file as it came", async () => {
  const path = join(folder, "body");
  expect(await receiveBody(bodyOf("MemTotal:", " 12 kB"), path, LIMITS)).toBe(15);
  expect(await readFile(path, "utf8")).toBe("MemTotal: 12 kB");
});

it("counts the bytes itself, stops at the limit and leaves nothing", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulled += 1;
      controller.enqueue(new Uint8Array(60));
    },
  });
  await expect(receiveBody(endless, join(folder, "body"), LIMITS)).rejects.toMatchObject({
    code: "tooLarge",
  });
  expect(pulled).toBeLessThan(5);
  expect(await readdir(folder)).toEqual([]);
});

it("cuts off a sender that trickles", async () => {
  const silent = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
  });
  const limits = { ...LIMITS, maxMs: 50 };
  await expect(receiveBody(silent, join(folder, "body"), limits)).rejects.toMatchObject({
    code: "timedOut",
  });
  expect(await readdir(folder)).toEqual([]);
});

it("removes the file when the sender breaks off", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error("connection reset")),
  });
  await expect(receiveBody(broken, join(folder, "body"), LIMITS)).rejects.toThrow(
    "connection reset",
  );
  expect(await readdir(folder)).toEqual([]);
});
