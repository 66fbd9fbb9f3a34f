import type { Bytes } from "@/server/core/units";
import { sendSlices } from "./send-slices";
import { explainFailure, isPassingFailure } from "./upload-problem";
import type { AnalysisProgress, UploadEvent, UploadItem, UploadOutcome } from "./upload-queue";

/** What the page can ask of the server; the page wires it to the API. */
export interface UploadServer {
  readonly sendSlice: (slice: UploadSlice, signal: AbortSignal) => Promise<{ received: Bytes }>;
  readonly analyse: (uploadId: string, signal: AbortSignal) => Promise<UploadOutcome>;
  readonly readProgress: (uploadId: string, signal: AbortSignal) => Promise<AnalysisProgress>;
  readonly cancel: (uploadId: string) => Promise<unknown>;
}

interface UploadSlice {
  readonly uploadId: string;
  readonly name: string;
  readonly offset: Bytes;
  readonly size: Bytes;
  readonly chunk: Blob;
}

interface UploadRun {
  readonly item: UploadItem;
  readonly content: Blob;
  readonly server: UploadServer;
  readonly signal: AbortSignal;
  readonly dispatch: (event: UploadEvent) => void;
}

/** A slice that takes longer has been lost on the way. */
const SLICE_TIMEOUT_MS = 120_000;
const POLL_SECONDS = 0.5;

/** Sends one input and has it analysed; everything that happens is told as events. Never throws. */
export async function runUpload(run: UploadRun): Promise<void> {
  const { id } = run.item;
  try {
    await send(run);
    run.dispatch({ type: "analysing", id });
    const outcome = await analyse(run);
    run.dispatch({ type: "done", id, outcome });
  } catch (error) {
    if (run.signal.aborted) run.dispatch({ type: "cancelled", id });
    else run.dispatch({ type: "failed", id, problem: explainFailure(error) });
  }
}

/** Resolves after a pause, or at once when the signal is aborted. */
function pause(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(finish, seconds * 1000);
    signal.addEventListener("abort", finish, { once: true });
    function finish() {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    }
    if (signal.aborted) finish();
  });
}

function send({ item, content, server, signal, dispatch }: UploadRun): Promise<void> {
  const { id, name, size, state } = item;
  return sendSlices({
    size,
    from: state.phase === "waiting" ? state.sent : 0,
    signal,
    send: async (offset, length) => {
      const chunk = content.slice(offset, offset + length);
      const limit = AbortSignal.any([signal, AbortSignal.timeout(SLICE_TIMEOUT_MS)]);
      const { received } = await server.sendSlice(
        { uploadId: id, name, offset, size, chunk },
        limit,
      );
      return received;
    },
    isPassing: isPassingFailure,
    onSent: (sent) => dispatch({ type: "sent", id, sent }),
    onRetry: (retry) => dispatch({ type: "retrying", id, retry }),
    wait: pause,
    now: () => performance.now(),
  });
}

async function analyse(run: UploadRun): Promise<UploadOutcome> {
  const over = new AbortController();
  const polling = poll(run, AbortSignal.any([run.signal, over.signal]));
  try {
    return await run.server.analyse(run.item.id, run.signal);
  } finally {
    over.abort();
    await polling;
  }
}

/** Reports progress until told to stop. A poll that fails costs one report, never the upload. */
async function poll({ item, server, dispatch }: UploadRun, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const progress = await server.readProgress(item.id, signal).catch(() => undefined);
    if (signal.aborted) return;
    if (progress) dispatch({ type: "analysing", id: item.id, progress });
    await pause(POLL_SECONDS, signal);
  }
}
