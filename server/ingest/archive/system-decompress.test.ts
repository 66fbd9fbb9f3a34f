import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { systemDecompress } from "./system-decompress";

const folder = mkdtempSync(join(tmpdir(), "memledger-tools-"));
const path = process.env["PATH"];

afterAll(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

async function* nothing(): AsyncGenerator<Buffer> {}

it("leaves the unpacking to our own decoder where xz is a smaller program that lacks our options", async () => {
  const script = "#!/bin/sh\necho \"xz: invalid option -- 'T'\" >&2\nexit 1\n";
  writeFileSync(join(folder, "xz"), script, { mode: 0o755 });
  process.env["PATH"] = folder;
  expect(await systemDecompress("xz", nothing())).toBeUndefined();
});

it("leaves it to our own decoder where the tool is not installed", async () => {
  process.env["PATH"] = folder;
  expect(await systemDecompress("zstd", nothing())).toBeUndefined();
});
