import type { NodeVerdict } from "../../core/node-verdict/node-verdict";
import { openReader } from "../open-reader";
import { createPushedSnapshots } from "../push/pushed-snapshot";
import { createReportLibrary } from "../report-library";
import type { startServices } from "../running-services.test-support";
import { createFindLooks } from "./find-looks";
import { createJudgeNodes } from "./judge-nodes";
import { createJudgeSeries } from "./judge-series";

type Running = Awaited<ReturnType<typeof startServices>>;

/** A worker over the engine of a test: each call of `open` is a process that has just started. */
export function judgingOver({ store, clock }: Pick<Running, "store" | "clock">) {
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const now = () => clock.nowMs;
  const reader = openReader();
  const open = () =>
    createJudgeNodes({
      ...store,
      looks: createFindLooks({
        ...store,
        reader,
        pushedSnapshots: createPushedSnapshots(store.pushes),
        library: createReportLibrary({ ...store, reader, now }),
      }),
      trends: createJudgeSeries({ ...store, now, onProblem }),
      now,
      onProblem,
    });
  return {
    open,
    problems,

    async verdictOf(node: string): Promise<NodeVerdict | undefined> {
      const record = await store.nodeVerdicts.findVerdict(node);
      return record && JSON.parse(record.document);
    },

    async changesOf(node: string): Promise<string[]> {
      const span = { fromMs: 0, toMs: clock.nowMs + 1, limit: 500 };
      const events = await store.events.listEvents({ node, ...span });
      return events.filter(({ kind }) => kind === "verdict").map(({ text }) => text);
    },
  };
}
