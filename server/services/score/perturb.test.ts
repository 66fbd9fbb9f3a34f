import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readInputFile } from "../../ingest/read-input";
import { perturb } from "./perturb";
import { scorePerturbed } from "./score-perturbed";

const OWN = fileURLToPath(new URL("../../fixtures/", import.meta.url));

describe("a change that collections differ by", () => {
  it("moves no verdict to another bucket and alarms no healthy node", async () => {
    const cases = await scorePerturbed(OWN, "guest-6.1");
    expect(cases.length).toBeGreaterThan(40);
    expect(cases.filter(({ wrong }) => wrong)).toEqual([]);
  }, 120_000);

  it("leaves out a format, cuts, scales, renames and pastes", async () => {
    const { snapshots } = await readInputFile(`${OWN}seed-incident`);
    const changes = perturb(snapshots);
    expect(changes.map(({ how }) => how)).toEqual(
      expect.arrayContaining([
        "without slabinfo",
        "meminfo alone",
        "meminfo cut to 50 %",
        "all amounts × 3",
        "CRLF",
        "pasted",
      ]),
    );
    const scaled = changes.find(({ how }) => how === "all amounts × 3")?.texts;
    const file = [...(scaled?.keys() ?? [])].find((name) => name.endsWith("meminfo")) ?? "";
    const total = (text = "") => Number(/^MemTotal:\s*(\d+)/m.exec(text)?.[1]);
    expect(total(scaled?.get(file))).toBe(3 * total(snapshots[0]?.texts.get(file)));
  });
});
