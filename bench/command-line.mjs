/**
 * How long `memledger analyze` takes from key press to answer, beside an empty node process.
 *
 *     node bench/command-line.mjs [--runs 15]
 *
 * Needs a build (`npm run build`). Wall time in milliseconds; minimum, median and maximum of the runs, taken in turn.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { runs: { type: "string", default: "15" } } });
const root = fileURLToPath(new URL("..", import.meta.url));
const program = `${root}dist/memledger.mjs`;
const sosreport = `${root}server/fixtures/live-sosreport-incident/sosreport-incident.tar.gz`;
const meminfo = `${root}server/fixtures/live-memsnap-incident/proc/meminfo`;

/** @type {ReadonlyArray<readonly [name: string, args: readonly string[]]>} */
const COMMANDS = [
  ["node -e 0", ["-e", "0"]],
  ["memledger --version", [program, "--version"]],
  ["analyze meminfo", [program, "analyze", meminfo]],
  ["analyze a pruned sosreport", [program, "analyze", sosreport]],
];

/** @type {Map<string, number[]>} */
const times = new Map(COMMANDS.map(([name]) => [name, []]));
for (let run = 0; run < Number(values.runs); run++) {
  for (const [name, args] of COMMANDS) {
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, [...args], { encoding: "utf8" });
    if (status !== 0 && status !== 1) throw new Error(`${name} ended with ${status}: ${stderr}`);
    times.get(name)?.push(performance.now() - started);
  }
}

console.log("| command | min ms | median ms | max ms |\n|---|---:|---:|---:|");
for (const [name, measured] of times) {
  const sorted = measured.toSorted((a, b) => a - b);
  const pick = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  console.log(`| ${name} | ${pick.map((value) => Math.round(value ?? 0)).join(" | ")} |`);
}
