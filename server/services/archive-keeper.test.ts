import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createArchiveKeeper } from "./archive-keeper";

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-archive-"));
});
afterEach(() => rm(dataDir, { recursive: true }));

const sha = (digit: string) => digit.repeat(64);

async function upload(text: string): Promise<string> {
  const path = join(dataDir, "upload");
  await writeFile(path, text);
  return path;
}

it("keeps a copy of its own that survives the upload's file", async () => {
  const keeper = createArchiveKeeper(dataDir, 100);
  const path = await upload("bytes");
  expect(await keeper.keep(path, sha("a"))).toBe(true);
  await rm(path);
  expect(await readFile(join(dataDir, "archives", sha("a")), "utf8")).toBe("bytes");
  expect(await keeper.has(sha("a"))).toBe(true);
});

it("lets the oldest go when the next would be over the limit", async () => {
  const keeper = createArchiveKeeper(dataDir, 10);
  for (const [digit, age] of [
    ["a", 1000],
    ["b", 2000],
    ["c", 3000],
  ] as const) {
    await keeper.keep(await upload("1234"), sha(digit));
    await utimes(join(dataDir, "archives", sha(digit)), age, age);
  }
  expect((await readdir(join(dataDir, "archives"))).sort()).toEqual([sha("b"), sha("c")]);
});

it("does not keep what alone is over the limit, and drops nothing for it", async () => {
  const keeper = createArchiveKeeper(dataDir, 10);
  await keeper.keep(await upload("1234"), sha("a"));
  expect(await keeper.keep(await upload("12345678901"), sha("b"))).toBe(false);
  expect(await keeper.has(sha("a"))).toBe(true);
});

it("takes no name that is not a hash", async () => {
  const keeper = createArchiveKeeper(dataDir, 10);
  await expect(keeper.keep(await upload("1"), "../../x")).rejects.toThrow(RangeError);
});
