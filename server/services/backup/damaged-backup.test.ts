import { createWriteStream, existsSync } from "node:fs";
import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { restore as restoreTo, startBackedUp } from "./backup.test-support";
import { packFiles } from "./tar-file";

vi.setConfig({ testTimeout: 60_000 });

let running: Awaited<ReturnType<typeof startBackedUp>>;
let root: string;
let asFolder: string;
let asFile: string;
/** Where the present test restores to. */
let target: string;

beforeAll(async () => {
  running = await startBackedUp();
  root = running.root;
  asFolder = path.join(root, "folder-backup");
  asFile = path.join(root, "file-backup.tar");
  await running.backUp(asFolder);
  await running.backUp(asFile);
}, 120_000);

afterAll(() => running.stop());

beforeEach(async () => {
  target = await running.newTarget();
});

const restore = (from: string) => restoreTo(from, target);

describe("a damaged backup is named, and the folder stays as it was", () => {
  let copy: string;
  beforeEach(async () => {
    copy = path.join(target, "..", `${path.basename(target)}-copy`);
    await cp(asFolder, copy, { recursive: true });
  });

  const refused = async (from: string, why: RegExp) => {
    await expect(restore(from)).rejects.toThrow(why);
    expect(await readdir(target)).toEqual([]);
  };
  const dataFile = async () => {
    const names = await readdir(path.join(copy, "store"), { recursive: true });
    const found = names.find((name) => /data\/default\/samples\/.*\.bin$/.test(name));
    if (found === undefined) throw new Error("no column of samples was found");
    return path.join("store", found);
  };

  it("a flipped byte", async () => {
    const name = await dataFile();
    const bytes = await readFile(path.join(copy, name));
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(path.join(copy, name), bytes);
    await refused(copy, new RegExp(`contents of ${name.replaceAll(".", "\\.")} have changed`));
  });

  it("a file that is missing, longer, or one too many", async () => {
    const name = await dataFile();
    await appendFile(path.join(copy, name), "x");
    await refused(copy, /bytes, not/);
    await rm(path.join(copy, name));
    await refused(copy, /is missing/);
    await writeFile(path.join(copy, "store", "extra.bin"), "x");
    await refused(copy, /extra\.bin is in the backup and not in its list/);
  });

  it("a list that was changed, or is no list", async () => {
    const list = path.join(copy, "manifest.json");
    await writeFile(list, (await readFile(list, "utf8")).replace('"rows": 2', '"rows": 3'));
    await refused(copy, /manifest\.json is not as it was written/);
    await rm(list);
    await refused(copy, /no backup: it has no list/);
    await refused(path.join(root, "nowhere"), /There is no/);
  });

  it("a file that was cut short, or is something else", async () => {
    const whole = await readFile(asFile);
    const cut = path.join(root, `${path.basename(target)}-cut.tar`);
    await writeFile(cut, whole.subarray(0, Math.floor(whole.length / 2)));
    await refused(cut, /damaged/);
    await writeFile(cut, "MemTotal: 1 kB\n".repeat(1000));
    await refused(cut, /damaged or no backup/);
  });
});

describe("a file that is made to harm", () => {
  it.each([
    ["a way out", { name: "../evil" }],
    ["a way out from below", { name: "store/../../evil" }],
    ["an absolute name", { name: "/tmp/memledger-evil" }],
    ["a name of ours with more behind", { name: "folder/access.json/evil" }],
    ["a key of sessions", { name: "folder/session.key" }],
    ["a link", { name: "store/link", type: "symlink", linkname: "/etc" }],
    ["a hard link", { name: "folder/access.json", type: "link", linkname: "/etc/passwd" }],
    ["a device", { name: "store/null", type: "character-device" }],
  ] as const)("is refused: %s", async (_, header) => {
    const archive = pack();
    archive.entry({ mode: 0o600, ...header }, "type" in header ? "" : "evil");
    archive.finalize();
    const file = path.join(root, `${path.basename(target)}-evil.tar`);
    await pipeline(archive, createWriteStream(file));
    await expect(restore(file)).rejects.toThrow(
      /is no file of a backup|a backup holds plain files/,
    );
    expect(await readdir(target)).toEqual([]);
    expect(existsSync("/tmp/memledger-evil") || existsSync(path.join(root, "evil"))).toBe(false);
  });

  it("two files of one name do not replace each other", async () => {
    const folder = await mkdtemp(path.join(root, "twice-"));
    await writeFile(path.join(folder, "manifest.json"), "{}");
    const file = path.join(root, `${path.basename(target)}-twice.tar`);
    await packFiles(folder, ["manifest.json", "manifest.json"], file);
    await expect(restore(file)).rejects.toThrow(/damaged or no backup/);
  });
});

it("an engine that dies in the middle of a backup leaves no half of one", async () => {
  const dying = await startBackedUp();
  const place = path.join(dying.root, "half.tar");
  const backup = dying.backUp(place);
  const refused = expect(backup).rejects.toThrow(/does not answer|anew meanwhile|ECONNREFUSED/);
  process.kill(dying.engine.pid, "SIGKILL");
  await refused;
  expect((await readdir(dying.root)).sort()).toEqual(["data"]);
  await dying.stop();
});
