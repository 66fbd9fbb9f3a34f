/**
 * Changes every labelled input in ways that real collections differ (a file missing, meminfo cut, other sizes, names,
 * kernels, all of it pasted into one text) and looks whether a healthy node becomes an alarm or the blame moves.
 *
 *     npm run perturb [-- DIR] [--only NAME]
 *
 * Exit 1 when one does.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadSource } from "./load-source.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: "" } },
});
const folder = positionals[0] ?? fileURLToPath(new URL("../server/fixtures", import.meta.url));

await loadSource(async (load) => {
  const { scorePerturbed } = await load("/server/services/score/score-perturbed.ts");
  /** @type {readonly { name: string, how: string, wrong?: string }[]} */
  const cases = await scorePerturbed(folder, values.only);
  const wrong = cases.filter((each) => each.wrong !== undefined);
  for (const each of wrong) console.log(`${each.name}, ${each.how}: ${each.wrong}`);
  const inputs = new Set(cases.map(({ name }) => name)).size;
  console.log(`${cases.length} changes of ${inputs} inputs, ${wrong.length} answered wrongly`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
});
