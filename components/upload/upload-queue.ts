import type { DataQuality, InputError, Status } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";

/** What the server answers about one analysed input. */
export interface UploadOutcome {
  readonly sha256: string;
  /** True when the same bytes had been analysed before. */
  readonly isKnown: boolean;
  readonly snapshots: readonly UploadedSnapshot[];
  readonly errors: readonly InputError[];
}

export interface UploadedSnapshot {
  readonly id: string;
  readonly node: string;
  readonly hostname?: string | undefined;
  readonly kernel?: string | undefined;
  readonly takenAt?: string | undefined;
  readonly status: Status;
  readonly headline: string;
  readonly path: string;
  readonly dataQuality: DataQuality;
}

type AnalysisPhase = "receiving" | "reading" | "judging" | "storing" | "done" | "failed";

/** How far the server is with one input. */
export interface AnalysisProgress {
  readonly phase: AnalysisPhase;
  readonly done: Bytes;
  readonly total: Bytes;
  readonly filesRead: number;
}

/** Why an upload stopped, in words, and whether sending on from the same byte may help. */
export interface UploadProblem {
  readonly message: string;
  readonly advice?: string;
  readonly canResume: boolean;
  /** True when trying again cannot help: the input itself is refused. */
  readonly isFinal?: boolean;
}

export type UploadState =
  | { readonly phase: "waiting"; readonly sent: Bytes }
  | { readonly phase: "sending"; readonly sent: Bytes; readonly retry?: RetryNotice }
  | { readonly phase: "analysing"; readonly progress?: AnalysisProgress }
  | { readonly phase: "done"; readonly outcome: UploadOutcome }
  | { readonly phase: "failed"; readonly sent: Bytes; readonly problem: UploadProblem }
  | { readonly phase: "cancelled" };

/** A slice did not get through and is sent again after a pause. */
export interface RetryNotice {
  readonly attempt: number;
  readonly waitSeconds: number;
}

export interface UploadItem {
  /** The upload's id on the server; a new one when it starts again from the first byte. */
  readonly id: string;
  readonly name: string;
  readonly size: Bytes;
  readonly state: UploadState;
}

export type UploadEvent =
  | { readonly type: "added"; readonly items: readonly Omit<UploadItem, "state">[] }
  | {
      readonly type: "rejected";
      readonly item: Omit<UploadItem, "state">;
      readonly problem: UploadProblem;
    }
  | { readonly type: "sent"; readonly id: string; readonly sent: Bytes }
  | { readonly type: "retrying"; readonly id: string; readonly retry: RetryNotice }
  | { readonly type: "analysing"; readonly id: string; readonly progress?: AnalysisProgress }
  | { readonly type: "done"; readonly id: string; readonly outcome: UploadOutcome }
  | { readonly type: "failed"; readonly id: string; readonly problem: UploadProblem }
  | { readonly type: "cancelled"; readonly id: string }
  | { readonly type: "retried"; readonly id: string; readonly newId: string }
  | { readonly type: "removed"; readonly id: string };

export type UploadQueue = readonly UploadItem[];

/** The queue after an event. An event that comes too late (progress after a cancel) changes nothing. */
export function reduceUploads(queue: UploadQueue, event: UploadEvent): UploadQueue {
  switch (event.type) {
    case "added":
      return [...queue, ...event.items.map((item) => ({ ...item, state: WAITING }))];
    case "rejected":
      return [
        ...queue,
        { ...event.item, state: { phase: "failed", sent: 0, problem: event.problem } },
      ];
    case "removed":
      return queue.filter((item) => item.id !== event.id || isActive(item));
    case "retried":
      return queue.map((item) => (item.id === event.id ? restart(item, event.newId) : item));
    case "sent":
    case "retrying":
    case "analysing":
    case "done":
    case "failed":
    case "cancelled":
      return queue.map((item) =>
        item.id === event.id ? { ...item, state: nextState(item.state, event) } : item,
      );
  }
}

/** The upload to work on next: one at a time, in the order in which they were added. */
export function nextUpload(queue: UploadQueue): UploadItem | undefined {
  if (queue.some(isActive)) return undefined;
  return queue.find(({ state }) => state.phase === "waiting");
}

export function isActive({ state }: UploadItem): boolean {
  return state.phase === "sending" || state.phase === "analysing";
}

/**
 * Where to go when everything is over: the newest moment of the only input, if nothing about it
 * needs reading first (no error, not known already).
 */
export function findDestination(queue: UploadQueue): string | undefined {
  const [only, ...others] = queue;
  if (only?.state.phase !== "done" || others.length > 0) return undefined;
  const { outcome } = only.state;
  if (outcome.isKnown || outcome.errors.length > 0) return undefined;
  return outcome.snapshots.at(-1)?.path;
}

const WAITING: UploadState = { phase: "waiting", sent: 0 };

function restart(item: UploadItem, newId: string): UploadItem {
  const { state } = item;
  if (state.phase === "failed" && state.problem.canResume)
    return { ...item, state: { phase: "waiting", sent: state.sent } };
  if (state.phase === "failed" || state.phase === "cancelled")
    return { ...item, id: newId, state: WAITING };
  return item;
}

type ProgressEvent = Exclude<UploadEvent, { type: "added" | "rejected" | "removed" | "retried" }>;

function nextState(state: UploadState, event: ProgressEvent): UploadState {
  if (state.phase === "done" || state.phase === "failed" || state.phase === "cancelled")
    return state;
  switch (event.type) {
    case "sent":
      return state.phase === "analysing" ? state : { phase: "sending", sent: event.sent };
    case "retrying":
      return state.phase === "sending" ? { ...state, retry: event.retry } : state;
    case "analysing":
      return event.progress
        ? { phase: "analysing", progress: event.progress }
        : { phase: "analysing" };
    case "done":
      return { phase: "done", outcome: event.outcome };
    case "failed":
      return { phase: "failed", sent: sentOf(state), problem: event.problem };
    case "cancelled":
      return { phase: "cancelled" };
  }
}

function sentOf(state: UploadState): Bytes {
  return state.phase === "sending" || state.phase === "waiting" ? state.sent : 0;
}
