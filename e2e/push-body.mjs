/** Pushes as the agent writes them, made from a capture of a machine at rest. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/**
 * @typedef {object} Push
 * @property {string} node
 * @property {string} [boot]
 * @property {number} taken epoch seconds
 * @property {"essential" | "heavy"} [set]
 * @property {readonly string[]} [head] further lines of the head: "label: pool=gpu"
 * @property {number} [usedKib] memory of programs beyond that of the capture
 * @property {Readonly<Record<string, string>>} [files] absent: those of the capture
 */

const CAPTURE = new URL("../server/fixtures/rest-6.18/", import.meta.url);
const ESSENTIAL = ["meminfo", "zoneinfo", "vmstat", "net/sockstat"];

/** @param {string} name */
function captured(name) {
  return readFileSync(new URL(`proc/${name}`, CAPTURE), "utf8");
}

const essential = Object.fromEntries(ESSENTIAL.map((name) => [`/proc/${name}`, captured(name)]));
const heavy = { ...essential, "/proc/slabinfo": captured("slabinfo") };

/**
 * The text of one push.
 * @param {Push} push
 */
export function pushText({ node, boot = "boot-1", taken, set = "essential", head = [], ...rest }) {
  const files = rest.files ?? withUsed(set === "heavy" ? heavy : essential, rest.usedKib ?? 0);
  const lines = [
    "memledger-push 1",
    `node: ${node}`,
    `boot: ${boot}`,
    `taken: ${taken}`,
    "interval: 30",
    `set: ${set}`,
    ...head,
    "agent: 1",
    "",
  ];
  const frames = Object.entries(files).map(([name, text]) => `==> ${name} <==\n${text}`);
  return `${lines.join("\n")}\n${frames.join("\n")}`;
}

/**
 * Moves memory from free to anonymous pages, so that the ledger still adds up.
 * @param {Readonly<Record<string, string>>} files
 * @param {number} kib
 */
function withUsed(files, kib) {
  const meminfo = String(files["/proc/meminfo"]);
  return {
    ...files,
    "/proc/meminfo": ["MemFree", "MemAvailable", "AnonPages", "Active", "Active(anon)"].reduce(
      (text, field) => moved(text, field, field.startsWith("Mem") ? -kib : kib),
      meminfo,
    ),
  };
}

/** @param {string} text @param {string} field @param {number} kib */
function moved(text, field, kib) {
  const at = text.indexOf(`\n${field}:`);
  if (at === -1) throw new Error(`the capture has no ${field}`);
  return (
    text.slice(0, at) +
    text.slice(at).replace(/:(\s+)(\d+)/, (_, space, value) => `:${space}${Number(value) + kib}`)
  );
}

/**
 * What stands between two calls of curl: one gzip member for each push.
 * @param {readonly (Push | string)[]} pushes a string is sent as it is
 */
export function pushBody(pushes) {
  const texts = pushes.map((push) => (typeof push === "string" ? push : pushText(push)));
  return Buffer.concat(texts.map((text) => gzipSync(text, { level: 1 })));
}
