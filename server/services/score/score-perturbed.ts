import type { Report, SnapshotReport } from "../../core/report";
import { reportSnapshot } from "../../core/report-snapshot";
import type { ReadInput } from "../../core/snapshot";
import { VERSION } from "../../core/version";
import { IngestError } from "../../ingest/ingest-error";
import { readInputFile, readInputText } from "../../ingest/read-input";
import { readTexts } from "../../ingest/read-texts";
import { finalSnapshots } from "../analyze-files";
import { grade, isAlarm } from "./grade";
import { type Expectation, readLabels, type ScoredInput } from "./label";
import { type Perturbed, perturb } from "./perturb";

/** One change of one input, and what is wrong with the answer to it. */
export interface PerturbedCase {
  readonly name: string;
  readonly how: string;
  /** Absent: nothing. */
  readonly wrong?: string;
}

/** Every change of every labelled input of a folder that is judged rightly as it stands. */
export async function scorePerturbed(folder: string, only = ""): Promise<readonly PerturbedCase[]> {
  const cases: PerturbedCase[] = [];
  for (const scored of readLabels(folder)) {
    if (scored.caseName.includes(only)) cases.push(...(await perturbInput(scored)));
  }
  return cases;
}

async function perturbInput(scored: ScoredInput): Promise<readonly PerturbedCase[]> {
  const { caseName, input, path, expected } = scored;
  const read = await readOrNothing(() => readInputFile(path));
  if (!isRight(read, expected)) return [];
  const name = input === "." ? caseName : `${caseName}/${input}`;
  const cases: PerturbedCase[] = [];
  for (const perturbed of perturb(read.snapshots)) {
    const wrong = wrongAbout(await readPerturbed(perturbed), expected);
    cases.push({ name, how: perturbed.how, ...(wrong === undefined ? {} : { wrong }) });
  }
  return cases;
}

function isRight(read: ReadInput, expected: Expectation): boolean {
  const { marks, isFalseAlarm } = grade(reportOf(read), expected);
  return !isFalseAlarm && marks.status === true && marks.bucket !== false;
}

async function readPerturbed({ texts, isPaste }: Perturbed): Promise<ReadInput> {
  const [[name, text] = ["", ""]] = texts;
  return readOrNothing(async () =>
    isPaste ? readInputText(name, text) : readTexts({ name: "input", sha256: "", texts }),
  );
}

/** Too little left to say anything is an answer. */
async function readOrNothing(read: () => Promise<ReadInput>): Promise<ReadInput> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof IngestError)) throw error;
    return { snapshots: [], errors: [] };
  }
}

function reportOf({ snapshots, errors }: ReadInput): Report {
  const tool = { name: "memledger", version: VERSION } as const;
  return { schemaVersion: 1, tool, snapshots: snapshots.map(reportSnapshot), errors };
}

function wrongAbout(read: ReadInput, expected: Expectation): string | undefined {
  const report = reportOf(read);
  const last = finalSnapshots(report).at(-1);
  if (!last) return undefined;
  const open = report.snapshots.find((each) => !addsUp(each));
  if (open) return "the buckets do not add up to MemTotal";
  const { status, bucket } = last.verdict;
  if (!isAlarm(status)) return undefined;
  const said = `${status} ${bucket ?? "-"} ${last.findings[0]?.id ?? "-"}`;
  if (expected.healthy) return `false alarm: ${said}`;
  return isOther(last, expected) ? `another bucket: ${said}` : undefined;
}

/** What nothing in the changed input measures is in the remainder: that may be blamed then. */
function isOther({ verdict, composition }: SnapshotReport, expected: Expectation): boolean {
  const { bucket } = verdict;
  if (bucket === undefined || expected.bucket.length === 0) return false;
  const unmeasured = composition?.notMeasured ?? [];
  const isRemainder =
    bucket === "allocpage" && unmeasured.some((id) => expected.bucket.includes(id));
  return !isRemainder && !expected.bucket.includes(bucket);
}

function addsUp({ composition }: SnapshotReport): boolean {
  if (!composition) return true;
  return composition.buckets.reduce((sum, { bytes }) => sum + bytes, 0) === composition.memTotal;
}
