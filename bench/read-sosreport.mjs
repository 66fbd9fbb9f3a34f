/**
 * How long reading a large sosreport takes, beside the time its own unpacking takes.
 *
 *     node bench/read-sosreport.mjs [--mib 50] [--runs 5] [--dir /tmp/memledger-bench]
 *
 * Packs a captured sosreport with bulk around it (logs and some 20,000 small files, as reports have) until the
 * .tar.xz has the wanted size, then times `xz -dc >/dev/null` and the reader in turn. Target: 1.5 × unpacking + 300 ms, 512 MiB.
 */
import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createGunzip, createGzip } from "node:zlib";
import { build } from "esbuild";
import { extract, pack } from "tar-stream";

const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "50" },
    runs: { type: "string", default: "5" },
    dir: { type: "string", default: join(tmpdir(), "memledger-bench") },
    reader: { type: "string" },
  },
});
const MIB = 1024 * 1024;
const root = fileURLToPath(new URL("..", import.meta.url));
const capture = join(root, "server/fixtures/live-sosreport-incident/sosreport-incident.tar.gz");

if (values.reader) await readOnce(values.reader);
else await compare();

/**
 * In a process of its own: what it takes at most is the reader's own.
 * @param {string} file
 */
async function readOnce(file) {
  const { readInputFile } = await import(join(values.dir, "reader.mjs"));
  const started = performance.now();
  const { snapshots, errors } = await readInputFile(file);
  const milliseconds = performance.now() - started;
  const total = snapshots[0]?.meminfo?.value.get("MemTotal")?.value;
  if (errors.length > 0 || !total) throw new Error(`not read: ${JSON.stringify(errors)}`);
  const peakMib = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ milliseconds, peakMib, files: snapshots[0].files.length }));
}

async function compare() {
  mkdirSync(values.dir, { recursive: true });
  await build({
    entryPoints: [join(root, "server/ingest/read-input.ts")],
    outfile: join(values.dir, "reader.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  const tar = await makeReport(Number(values.mib));
  const rows = [
    measure(`${tar}.xz`, ["xz", "-dc"]),
    measure(`${tar}.gz`, ["gzip", "-dc"]),
    measure(tar, ["cat"]),
  ];
  printTable(rows);
}

/**
 * Files "report-50.tar", ".tar.xz" and ".tar.gz"; kept for the next run.
 * @param {number} mib
 */
async function makeReport(mib) {
  const tar = join(values.dir, `report-${mib}.tar`);
  if (!existsSync(tar)) await writeReport(tar, mib);
  if (!existsSync(`${tar}.xz`)) run(["xz", "-k", "-3", "-T0", tar]);
  if (!existsSync(`${tar}.gz`)) {
    await pipeline(createReadStream(tar), createGzip({ level: 6 }), createWriteStream(`${tar}.gz`));
  }
  return tar;
}

/** @param {string} tar @param {number} mib */
async function writeReport(tar, mib) {
  const packing = pack();
  const writing = pipeline(packing, createWriteStream(tar));
  const top = await copyCapture(packing);
  for (let pid = 10_000; pid < 14_000; pid += 1) {
    for (const name of ["status", "limits", "oom_score", "cpuset", "environ"]) {
      packing.entry(
        { name: `${top}/proc/${pid}/${name}` },
        `Name:\tworker-${pid}\nVmRSS:\t${pid} kB\n`,
      );
    }
  }
  // Lines like these shrink to about a fifth with xz -3.
  let left = mib * 5 * MIB;
  for (let at = 0; left > 0; at += 1) {
    const name = at % 4 === 0 ? `var/log/messages-${at}` : `sos_commands/logs/unit_${at}`;
    const body = logText(Math.min(left, 16 * MIB), at);
    packing.entry({ name: `${top}/${name}` }, body);
    left -= body.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
  packing.entry({ name: `${top}/var/log/messages` }, logText(24 * MIB, 9999));
  packing.finalize();
  await writing;
}

/**
 * The capture's members; returns its top folder.
 * @param {import("tar-stream").Pack} packing
 */
async function copyCapture(packing) {
  const unpacking = extract();
  createReadStream(capture).pipe(createGunzip()).pipe(unpacking);
  let top = "";
  for await (const member of unpacking) {
    top = member.header.name.split("/")[0] ?? "";
    const pieces = [];
    for await (const piece of member) pieces.push(/** @type {Buffer} */ (piece));
    packing.entry({ ...member.header, pax: null }, Buffer.concat(pieces));
  }
  return top;
}

/** @param {number} length @param {number} seed */
function logText(length, seed) {
  let state = seed * 7919 + 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state;
  };
  const words = ["connection", "closed", "timeout", "upstream", "pod", "restarted", "volume", "ok"];
  const lines = [];
  for (let size = 0; size < length; ) {
    const second = String(next() % 60).padStart(2, "0");
    const words4 = [0, 1, 2, 3].map(() => words[next() % words.length]).join(" ");
    const line = `Nov 22 20:${second}:${second} node-7 kubelet[${1000 + (next() % 90)}]: ${words4} id=${next().toString(16)} took ${next() % 9000} ms\n`;
    lines.push(line);
    size += line.length;
  }
  return Buffer.from(lines.join("").slice(0, length));
}

/** @param {string} file @param {[string, ...string[]]} command */
function measure(file, command) {
  const unpack = [];
  const read = [];
  let peakMib = 0;
  for (let turn = 0; turn < Number(values.runs); turn += 1) {
    const started = performance.now();
    run([...command, file], { stdio: ["ignore", "ignore", "inherit"] });
    unpack.push(performance.now() - started);
    const child = run([
      "node",
      fileURLToPath(import.meta.url),
      "--dir",
      values.dir,
      "--reader",
      file,
    ]);
    const result = JSON.parse(child.stdout.toString());
    read.push(result.milliseconds);
    peakMib = Math.max(peakMib, result.peakMib);
  }
  return { file, command: command.join(" "), unpack: median(unpack), read: median(read), peakMib };
}

/** @param {[string, ...string[]]} command @param {import("node:child_process").SpawnSyncOptions} options */
function run([program, ...args], options = {}) {
  const result = spawnSync(program, args, { maxBuffer: MIB, ...options });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr ?? ""}`);
  return result;
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** @param {ReturnType<typeof measure>[]} rows */
function printTable(rows) {
  console.log(`median of ${values.runs} runs, Node ${process.version}`);
  console.log(
    "| input | MiB | unpacking alone ms | reading ms | ratio | 1.5 x + 300 ms | peak MiB |",
  );
  console.log("|---|---:|---:|---:|---:|---|---:|");
  for (const { file, command, unpack, read, peakMib } of rows) {
    const isWithin = read <= 1.5 * unpack + 300 ? "kept" : "missed";
    const mib = (statSync(file).size / MIB).toFixed(1);
    console.log(
      `| ${file.split("/").at(-1)} (${command}) | ${mib} | ${unpack.toFixed(0)} | ${read.toFixed(0)} | ${(read / unpack).toFixed(2)} | ${isWithin} | ${peakMib.toFixed(0)} |`,
    );
  }
}
