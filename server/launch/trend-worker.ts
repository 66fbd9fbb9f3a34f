import { setPriority } from "node:os";
import { environment } from "../environment";
import { openClock } from "../services/clock";
import { openReader } from "../services/open-reader";
import { createPushedSnapshots } from "../services/push/pushed-snapshot";
import { createReportLibrary } from "../services/report-library";
import { createFindLooks } from "../services/trend/find-looks";
import { createJudgeNodes } from "../services/trend/judge-nodes";
import { createJudgeSeries } from "../services/trend/judge-series";
import { runRounds } from "../services/trend/run-rounds";
import { connectStore } from "../store/client";
import { createEventStore } from "../store/events";
import { createNodeVerdictStore } from "../store/node-verdicts";
import { createPushStore } from "../store/pushes";
import { createReportStore } from "../store/reports";
import { createSeriesStore } from "../store/series";
import { createSnapshotStore } from "../store/snapshots";

/** Those who push and those who read come first. */
const NICENESS = 10;

/** Judges the nodes that push, in a process of its own; ends when its standard input does. */
async function main(): Promise<void> {
  setPriority(NICENESS);
  const { storeUrl, dataDir, clockSpeed } = environment();
  const client = connectStore({ url: storeUrl });
  const now = openClock({ dataDir, speed: clockSpeed });
  const reader = openReader();
  const pushes = createPushStore(client);
  const snapshots = createSnapshotStore(client);
  const reports = createReportStore(client);
  const onProblem = complainOnce();
  const looks = createFindLooks({
    pushes,
    snapshots,
    reader,
    pushedSnapshots: createPushedSnapshots(pushes),
    library: createReportLibrary({ snapshots, reports, reader, now }),
  });
  const series = createSeriesStore(client);
  const events = createEventStore(client);
  const judge = createJudgeNodes({
    series,
    nodeVerdicts: createNodeVerdictStore(client),
    events,
    looks,
    trends: createJudgeSeries({ series, events, now, onProblem }),
    now,
    onProblem,
  });
  await runRounds({ round: judge.round, clockSpeed, signal: endOfInput(), onProblem });
  await client.close();
}

// With the launcher the store is gone too, which a client would wait for. What a round leaves half done, the next does.
const LAST_ROUND_MS = 2000;

/** The launcher holds the other end: when it dies, however it dies, so does the worker. */
function endOfInput(): AbortSignal {
  const controller = new AbortController();
  const end = () => {
    controller.abort();
    setTimeout(() => process.exit(0), LAST_ROUND_MS).unref();
  };
  process.stdin.resume();
  process.stdin.once("close", end);
  process.once("SIGTERM", end);
  // Ctrl-C reaches the whole group; the launcher says when.
  process.on("SIGINT", () => undefined);
  return controller.signal;
}

const REPEAT_MS = 600_000;
const MOST_REMEMBERED = 500;

/** One line for a problem, and again after ten minutes while it lasts. */
function complainOnce(): (problem: string) => void {
  const said = new Map<string, number>();
  return (problem) => {
    const nowMs = Date.now();
    if (nowMs - (said.get(problem) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    if (said.size >= MOST_REMEMBERED) said.clear();
    said.set(problem, nowMs);
    process.stderr.write(`Trend worker: ${problem.replace(/\s+/g, " ").slice(0, 500)}\n`);
  };
}

await main();
