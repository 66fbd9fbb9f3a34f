import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { IngestError } from "./ingest-error";
import { readInputFile } from "./read-input";

const corpus = fileURLToPath(new URL("../../../shared/corpus/open/", import.meta.url));
const isThere = existsSync(corpus);
const cases = isThere
  ? readdirSync(corpus, { withFileTypes: true }).flatMap((one) =>
      one.isDirectory() ? [one.name] : [],
    )
  : [];
/** Formats that the product names but does not read yet: anything else of the corpus must give a snapshot. */
const LATER = /xsos/;

describe.skipIf(!isThere)("public captures, read where they stand", () => {
  it("are there", () => expect(cases.length).toBeGreaterThan(50));

  it.each(cases)("%s", async (name) => {
    const outcome = await readInputFile(`${corpus}${name}`).catch((error: unknown) => error);
    if (outcome instanceof IngestError) {
      expect(name).toMatch(LATER);
      expect(["unsupported", "nothing-recognised"]).toContain(outcome.code);
      return;
    }
    expect(outcome).toHaveProperty("snapshots");
    const { snapshots } = outcome as Awaited<ReturnType<typeof readInputFile>>;
    for (const snapshot of snapshots) expect(snapshot.files.length).toBeGreaterThan(0);
  });
});
