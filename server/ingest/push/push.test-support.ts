import { gzipSync } from "node:zlib";
import { readFixture } from "../../core/parse/captures.test-support";

const CASE = "live-memsnap-incident";

/** The incident as a machine shows it: nginx with a worker that reads nothing. */
export const ESSENTIAL_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  ["meminfo", "zoneinfo", "vmstat", "net/sockstat", "net/sockstat6", "pressure/memory"].map(
    (name) => [`/proc/${name}`, readFixture(`${CASE}/proc/${name}`)],
  ),
);

export const HEAVY_FILES: Readonly<Record<string, string>> = {
  ...ESSENTIAL_FILES,
  "/proc/slabinfo": readFixture(`${CASE}/proc/slabinfo`),
  "ss-tcp": readFixture(`${CASE}/t1/ss-tcp`),
  "cgroup.memory": readFixture(`${CASE}/cgroup.memory`),
};

interface PushParts {
  readonly header?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A push as the agent writes it: header lines, an empty line, files as tail prints them. */
export function pushText({ header = [], files = ESSENTIAL_FILES }: PushParts): string {
  const frames = Object.entries(files).map(([name, text]) => `==> ${name} <==\n${text}`);
  return `${["memledger-push 1", ...header].join("\n")}\n\n${frames.join("\n")}`;
}

/** Its usual header. `taken` in seconds. */
export function headerOf(node: string, taken: number, set = "essential"): string[] {
  return [
    `node: ${node}`,
    "boot: 6f0e2d1c-0000-4000-8000-000000000001",
    `taken: ${taken}`,
    "interval: 30",
    `set: ${set}`,
    "agent: 1",
  ];
}

/** Pushes as one body: a gzip member each. */
export function bodyOf(...texts: readonly string[]): Buffer {
  return Buffer.concat(texts.map((text) => gzipSync(text, { level: 1 })));
}
