import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Access, createAccess } from "./access";
import { hasSecret, removeSecret, setSecret } from "./access-file";
import { SESSION_SECONDS } from "./session-cookie";

let dataDir: string;
let nowMs: number;
let access: Access;
const here = { host: "localhost:3000" };

const on = (bindHost: string) =>
  createAccess({ dataDir, bindHost, tokens: { prove: () => noToken() }, now: () => nowMs });

async function noToken(): Promise<never> {
  throw new Error("no agent token is tried here");
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "memledger-access-"));
  nowMs = Date.parse("2026-11-24T00:00:00Z");
  access = on("127.0.0.1");
});
afterEach(() => rm(dataDir, { recursive: true }));

describe("without a secret", () => {
  it("serves a caller that names this machine by a loopback name", async () => {
    for (const host of ["localhost:3000", "127.0.0.1:3000", "[::1]:3000", "LOCALHOST"])
      await expect(access.checkRead({ host })).resolves.toBeUndefined();
  });

  it("refuses a name that only points here, as after DNS rebinding", async () => {
    for (const host of ["evil.example:3000", "localhost.evil.example", "127.0.0.1.nip.io", ""])
      await expect(access.checkRead({ host })).rejects.toMatchObject({ code: "notAllowed" });
  });

  it("refuses everybody when the server listens beyond this machine", async () => {
    for (const bindHost of ["0.0.0.0", "::", "192.0.2.7", "db7"])
      await expect(on(bindHost).checkRead(here)).rejects.toMatchObject({ code: "notAllowed" });
  });

  it("refuses what a page of another site sends", async () => {
    const evil = { ...here, origin: "https://evil.example" };
    await expect(access.checkWrite(evil)).rejects.toMatchObject({ code: "notAllowed" });
    const image = { ...here, fetchSite: "cross-site" };
    await expect(access.checkWrite(image)).rejects.toMatchObject({ code: "notAllowed" });
    const sandboxed = { ...here, origin: "null" };
    await expect(access.checkWrite(sandboxed)).rejects.toMatchObject({ code: "notAllowed" });
    const otherPort = { ...here, origin: "http://localhost:8080" };
    await expect(access.checkWrite(otherPort)).rejects.toMatchObject({ code: "notAllowed" });
  });

  it("takes what its own page or curl sends", async () => {
    const own = { ...here, origin: "http://localhost:3000", fetchSite: "same-origin" };
    await expect(access.checkWrite(own)).resolves.toBeUndefined();
    await expect(access.checkWrite(here)).resolves.toBeUndefined();
  });
});

describe("with a secret", () => {
  let secret: string;
  beforeEach(async () => {
    secret = await setSecret(dataDir);
  });

  it("keeps only a hash of it, readable by the owner", async () => {
    const path = join(dataDir, "access.json");
    expect(await readFile(path, "utf8")).not.toContain(secret);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await hasSecret(dataDir)).toBe(true);
  });

  it("asks for it from this machine too", async () => {
    await expect(access.checkRead(here)).rejects.toMatchObject({ code: "needsSecret" });
  });

  it("is served under any name once the secret is given", async () => {
    const elsewhere = { host: "mem.example", bearer: secret };
    await expect(on("0.0.0.0").checkRead(elsewhere)).resolves.toBeUndefined();
  });

  it("trades the secret for a session that ends", async () => {
    const session = await access.logIn(secret, here);
    await expect(access.checkRead({ ...here, session })).resolves.toBeUndefined();
    nowMs += SESSION_SECONDS * 1000 + 1;
    await expect(access.checkRead({ ...here, session })).rejects.toMatchObject({
      code: "needsSecret",
    });
  });

  it("refuses a session that was changed by one character", async () => {
    const session = await access.logIn(secret, here);
    const later = session.replace(/^\d+/, (expiry) => `${Number(expiry) + 1}`);
    for (const forged of [later, `${session}x`, session.slice(1), "", "a.b.c"])
      await expect(access.checkRead({ ...here, session: forged })).rejects.toMatchObject({
        code: "needsSecret",
      });
  });

  it("ends every session when the secret changes", async () => {
    const session = await access.logIn(secret, here);
    await setSecret(dataDir, "another secret of mine");
    await expect(access.checkRead({ ...here, session })).rejects.toMatchObject({
      code: "needsSecret",
    });
    await expect(access.checkRead({ ...here, bearer: secret })).rejects.toMatchObject({
      code: "needsSecret",
    });
  });

  it("slows guessing down and lets the proven secret pass meanwhile", async () => {
    await access.checkRead({ ...here, bearer: secret });
    const guesses = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => access.logIn(`guess ${index} ......`, here)),
    );
    const codes = guesses.map((guess) => guess.status === "rejected" && guess.reason.code);
    expect(codes.filter((code) => code === "needsSecret").length).toBeLessThanOrEqual(10);
    expect(codes).toContain("busy");
    await expect(access.checkRead({ ...here, bearer: secret })).resolves.toBeUndefined();
    nowMs += 60_000;
    await expect(access.logIn(secret, here)).resolves.toBeTypeOf("string");
  });

  it("opens to this machine again once the secret is removed", async () => {
    await removeSecret(dataDir);
    await expect(access.checkRead(here)).resolves.toBeUndefined();
  });
});

it("a damaged access file closes the door instead of opening it", async () => {
  await writeFile(join(dataDir, "access.json"), "{}");
  await expect(access.checkRead(here)).rejects.toThrow(/memledger secret/);
});

it("a secret that is easily guessed is refused", async () => {
  await expect(setSecret(dataDir, "short")).rejects.toThrow(/12 to 1024/);
});
