import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const OTHER_SHAPES = fileURLToPath(new URL("other-shapes.py", import.meta.url));

/**
 * Makes labelled series: leakbench's open families, the other shapes (those that may be looked at while thresholds are sought,
 * and those held back), and machines half of which got a leak. `path` is what stands before .in.jsonl and .labels.jsonl.
 * @param {{ folder: string, leakbench: string, seed: string, open: number, shapes: number, machines: number }} of
 *   series per family, and how many machines
 * @returns {{ name: "open" | "tune" | "held" | "machines", path: string }[]}
 */
export function makeCorpora({ folder, leakbench, seed, open, shapes, machines }) {
  const leakgen = join(leakbench, "leakgen.py");
  const path = (/** @type {string} */ name) => join(folder, `${name}-${seed}`);
  const backgrounds = `${path("machines")}.bg.jsonl`;
  const python = (/** @type {(string | number)[]} */ ...args) =>
    execFileSync("python3", [...args.map(String), "--seed", seed], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  python(leakgen, "static", "--split", "open", "--per", open, "--out", path("open"));
  for (const split of ["tune", "held"]) {
    python(
      OTHER_SHAPES,
      "shapes",
      "--leakbench",
      leakbench,
      "--split",
      split,
      "--per",
      shapes,
      "--out",
      path(split),
    );
  }
  python(OTHER_SHAPES, "machines", "--count", machines, "--out", backgrounds);
  python(leakgen, "real", "--bg", backgrounds, "--out", path("machines"));
  return [
    { name: "open", path: path("open") },
    { name: "tune", path: path("tune") },
    { name: "held", path: path("held") },
    { name: "machines", path: path("machines") },
  ];
}
