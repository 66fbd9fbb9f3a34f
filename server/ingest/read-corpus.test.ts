import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readInputFile } from "./read-input";

const corpus = fileURLToPath(new URL("../../../shared/corpus/open/", import.meta.url));
const isThere = existsSync(corpus);
const cases = isThere
  ? readdirSync(corpus, { withFileTypes: true }).flatMap((one) =>
      one.isDirectory() ? [one.name] : [],
    )
  : [];
describe.skipIf(!isThere)("public captures, read where they stand", () => {
  it("are there", () => expect(cases.length).toBeGreaterThan(50));

  it.each(cases)("%s", async (name) => {
    const { snapshots } = await readInputFile(`${corpus}${name}`);
    expect(snapshots.length).toBeGreaterThan(0);
    for (const snapshot of snapshots) expect(snapshot.files.length).toBeGreaterThan(0);
  });
});
