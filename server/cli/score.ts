import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { readBaseline, regressions, toBaseline } from "../services/score/baseline";
import { renderScore } from "../services/score/render-score";
import { scoreFolder } from "../services/score/score-folder";
import type { Outcome } from "./analyze";

export interface ScoreOptions {
  readonly folder: string;
  /** Only cases whose name holds this. */
  readonly only?: string | undefined;
  /** Writes what was right and wrong here. */
  readonly json?: string | undefined;
  /** An earlier result that this one must not be worse than. */
  readonly compare?: string | undefined;
}

/**
 * `memledger score DIR`: analyzes every labelled case and prints how often the verdict was right. Exit code
 * 1 when it is worse than the result it is compared with, or a healthy case was called a leak.
 */
export async function score(options: ScoreOptions): Promise<Outcome> {
  if (!existsSync(options.folder)) return failed(`${options.folder}: no such folder`);
  const cases = await scoreFolder(options.folder, options.only);
  if (cases.length === 0) return failed(`${options.folder}: no case with an expected verdict`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify(toBaseline(cases), null, 1)}\n`);
  const worse = options.compare
    ? regressions(readBaseline(readFileSync(options.compare, "utf8")), cases)
    : [];
  const hasFalseAlarm = cases.some(({ ours }) => ours.isFalseAlarm);
  return {
    stdout: `${renderScore(cases)}\n`,
    stderr: worse.map((each) => `memledger: worse: ${each}\n`).join(""),
    exitCode: worse.length > 0 || hasFalseAlarm ? 1 : 0,
  };
}

function failed(why: string): Outcome {
  return { stdout: "", stderr: `memledger: ${why}\n`, exitCode: 2 };
}
