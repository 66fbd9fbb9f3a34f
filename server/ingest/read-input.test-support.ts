import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect } from "vitest";
import type { Snapshot } from "../core/snapshot";
import { type ReadOptions, readInputFile } from "./read-input";

export const MEMINFO =
  "MemTotal:        4026036 kB\nMemFree:          129248 kB\nCached:   2658200 kB\n";
export const SLABINFO =
  "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\ndentry             1000   2100    192   21    1 : tunables    0    0    0 : slabdata    100    100      0\n";
export const SS =
  'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\ntcp   ESTAB 27452  0      127.0.0.1:18080     127.0.0.1:42212   users:(("nginx",pid=1163,fd=10)) ino:318575 sk:1\n\t skmem:(r825344,rb6291456,t0,tb2626560,f4096,w0,o0,bl0,d0)\n';

/** Files of one test file, gone when it ends. */
export const folder = mkdtempSync(join(tmpdir(), "ingest-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function put(name: string, bytes: Buffer | string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return path;
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

export async function readOne(path: string, options?: ReadOptions): Promise<Snapshot> {
  const { snapshots } = await readInputFile(path, options);
  expect(snapshots).toHaveLength(1);
  const [snapshot] = snapshots;
  if (!snapshot) throw new Error("no snapshot");
  return snapshot;
}

export function memTotal(snapshot: Snapshot | undefined): number | undefined {
  return snapshot?.meminfo?.value.get("MemTotal")?.value;
}

/** MemTotal of MEMINFO. */
export const TOTAL = 4026036 * 1024;
