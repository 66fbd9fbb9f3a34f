import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type Baseline, readBaseline, regressions } from "./baseline";
import { COLUMNS, grade } from "./grade";
import type { Expectation } from "./label";
import { renderScore } from "./render-score";
import { type ScoredCase, scoreFolder } from "./score-folder";

const OWN = fileURLToPath(new URL("../../fixtures", import.meta.url));
/** Public captures with labels stand beside the checkout, where they stand at all. */
const OPEN = fileURLToPath(new URL("../../../../shared/corpus/open", import.meta.url));
const BASELINE = new URL("open-corpus.json", import.meta.url);

function wrong({ name, ours }: ScoredCase): readonly string[] {
  return COLUMNS.filter((column) => ours.marks[column] === false).map(
    (column) => `${name}: ${column}, said ${ours.said}`,
  );
}

describe("the captures of this project", () => {
  it("are all judged as they should be", async () => {
    const cases = await scoreFolder(OWN);
    expect(cases.length).toBeGreaterThan(10);
    expect(cases.flatMap(wrong)).toEqual([]);
    expect(cases.filter(({ ours }) => ours.isFalseAlarm)).toEqual([]);
  }, 120_000);
});

describe.skipIf(!existsSync(OPEN))("the public captures", () => {
  it("are judged no worse than before", async () => {
    const cases = await scoreFolder(OPEN);
    const before = readBaseline(readFileSync(BASELINE, "utf8"));
    expect(regressions(before, cases)).toEqual([]);
  }, 120_000);
});

const INCIDENT: Expectation = {
  status: ["suspect", "held"],
  bucket: ["allocpage"],
  causes: ["packet-ring"],
  healthy: false,
  closes: true,
  hard: false,
};
const NOTHING = {
  schemaVersion: 1,
  tool: { name: "memledger", version: "0" },
  snapshots: [],
  errors: [{ file: "a", code: "unsupported", message: "a: cannot be read" }],
} as const;

describe("the marks", () => {
  it("of an input that was not read are all wrong, and say why", () => {
    expect(grade(NOTHING, INCIDENT)).toEqual({
      marks: { closes: false, status: false, bucket: false, first: false, firstTwo: false },
      isFalseAlarm: false,
      said: "a: cannot be read",
    });
  });

  it("leave out what the label does not ask for", () => {
    const label = { ...INCIDENT, closes: null, hard: true, bucket: [] };
    expect(grade(NOTHING, label).marks).toEqual({ status: false });
  });
});

describe("a comparison with an earlier result", () => {
  const scored = (right: boolean, isFalseAlarm = false): ScoredCase => ({
    name: "a",
    ours: { marks: { status: right }, isFalseAlarm, said: "" },
    sysak: { marks: {}, isFalseAlarm: false, said: "" },
    milliseconds: 1,
  });
  const before: Baseline = { a: { right: ["status"], wrong: [] } };

  it("names a mark that was right and is not now", () => {
    expect(regressions(before, [scored(false)])).toEqual(["a: status was right and is not now"]);
  });

  it("names a case that is gone", () => {
    expect(regressions(before, [])).toEqual(["a: is not there any more"]);
  });

  it("names a false alarm that is new", () => {
    expect(regressions(before, [scored(true, true)])).toEqual(["a: a new false alarm"]);
  });

  it("is content with the same", () => {
    expect(regressions(before, [scored(true)])).toEqual([]);
    expect(renderScore([scored(true)])).toContain("1/1");
  });
});
