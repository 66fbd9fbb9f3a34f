import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { handlePush } from "../api/push-http";
import { startServices } from "./running-services.test-support";

const MIB = 1024 * 1024;

/** What a node sends, with a MemTotal of its own. */
function push(taken: number): Request {
  const text = `memledger-push 1
node: full
boot: 6f0e2d1c-0000-4000-8000-000000000001
taken: ${taken}
interval: 30
set: essential
agent: 1

==> /proc/meminfo <==
MemTotal:       1000000 kB
MemFree:         400000 kB
Buffers:           1000 kB
Cached:          100000 kB
`;
  return new Request("http://127.0.0.1:3000/api/v1/push", {
    method: "POST",
    body: new Uint8Array(gzipSync(text)),
    headers: { host: "127.0.0.1:3000" },
  });
}

type Running = Awaited<ReturnType<typeof startServices>>;

/** Texts of uploads of long ago, until the engine goes on refusing them; merges may free some in between. */
async function fillUp({ client }: Running): Promise<void> {
  let refusals = 0;
  for (let count = 0; refusals < 5; count += 1) {
    const query = `INSERT INTO snapshot_files (sha256, file, text, received_at)
      SELECT toString(${count}), toString(number), randomString(100000), now() - INTERVAL 100 DAY
      FROM numbers(${refusals === 0 ? 40 : 4})`;
    try {
      await client.command({ query });
      refusals = 0;
    } catch (error) {
      expect(error).toMatchObject({ code: "243" });
      refusals += 1;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(count).toBeLessThan(500);
  }
}

it.skipIf(!canMount())(
  "a disk that fills up: pushes are told so, a shorter retention makes room, and pushes go on",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "memledger-full-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", folder]);
    vi.stubEnv("TMPDIR", folder);
    const running = await startServices({ now: Date.now });
    try {
      const { services } = running;
      const { id } = await services.tokens.create({
        name: "agent",
        expiresInDays: 1,
        scopes: ["push"],
      });
      const sent = Math.floor(Date.now() / 1000) - 600;
      const taken = { accepted: 1, duplicate: 0, rejected: [] };
      expect(await (await handlePush(services, push(sent))).json()).toMatchObject(taken);
      await fillUp(running);

      const refused = await handlePush(services, push(sent + 30));
      expect(refused.status).toBe(503);
      expect(refused.headers.get("retry-after")).toBeTruthy();
      expect((await refused.json()).error.message).toMatch(/full up to its reserve/);
      expect(await services.storage.read()).toMatchObject({ isEmbedded: true, reserve: 64 * MIB });
      const { bavail, bsize } = await statfs(folder);
      // The engine stops with most of its reserve left: what makes room needs it.
      expect(bavail * bsize).toBeGreaterThan(48 * MIB);

      await services.tokens.revoke(id);
      expect((await services.tokens.list()).tokens[0]?.state).toBe("revoked");
      await services.retention.set("snapshots", 30);
      await vi.waitFor(
        async () =>
          expect(await (await handlePush(services, push(sent + 30))).json()).toMatchObject(taken),
        { timeout: 60_000, interval: 1000 },
      );
    } finally {
      await running.stop();
      vi.unstubAllEnvs();
      execFileSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    execFileSync("unshare", ["-m", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
