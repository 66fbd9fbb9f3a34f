import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createClock, openClock } from "./clock";

const START = Date.parse("2026-11-24T02:00:00.000Z");
const HOUR = 3_600_000;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-clock-"));
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(dataDir, { recursive: true, force: true });
});

it("runs from its origin on, so many times faster", () => {
  const now = createClock({ speed: 3600, originMs: START });
  expect(now()).toBe(START);
  vi.setSystemTime(START + 1000);
  expect(now()).toBe(START + HOUR);
});

it("the machine's own clock is used as it is where nobody asked for another", () => {
  const now = openClock({ dataDir, speed: 1 });
  vi.setSystemTime(START + HOUR);
  expect(now()).toBe(START + HOUR);
});

it("a second process and a restart show the same time", () => {
  const first = openClock({ dataDir, speed: 100 });
  vi.setSystemTime(START + HOUR);
  const second = openClock({ dataDir, speed: 100 });
  expect(first()).toBe(START + 100 * HOUR);
  expect(second()).toBe(first());
});

it("another speed goes on from the time that was reached", () => {
  openClock({ dataDir, speed: 100 });
  vi.setSystemTime(START + HOUR);
  const slow = openClock({ dataDir, speed: 1 });
  expect(slow()).toBe(START + 100 * HOUR);
  vi.setSystemTime(START + 2 * HOUR);
  expect(slow()).toBe(START + 101 * HOUR);
  expect(openClock({ dataDir, speed: 1 })()).toBe(slow());
});

it("a file that is no clock is an error, not another time", async () => {
  await writeFile(join(dataDir, "test-clock.json"), '{"speed":0}');
  expect(() => openClock({ dataDir, speed: 10 })).toThrow();
});
