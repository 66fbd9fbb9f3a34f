import type { NodeEvent } from "../../core/series/history";
import type { Sample } from "../../core/series/sample";
import { clockDoubt, isClockDoubt, TOLERATED_MS } from "./clock-rule";

/** What is remembered of a node's newest sample, to tell what changed with the next. */
export interface Seen {
  readonly bootId: string;
  readonly atMs: number;
  readonly uptimeSeconds?: number;
  readonly clockOffsetMs: number;
  /** What its newest push of the heavier set lacked: the others say nothing of those files. */
  readonly lacks: readonly string[];
}

/** /proc/uptime and the time of a push are not read at the same instant. */
const UPTIME_SLACK_S = 60;

/** A sample and what it changes on its node: a boot, a clock that is off or right again. */
export function changesOf(before: Seen | undefined, sample: Sample): NodeEvent[] {
  if (before && sample.atMs <= before.atMs) return [];
  return [...bootOf(before, sample), ...clockOf(before, sample)];
}

/** The newer of the two. */
export function seenNext(before: Seen | undefined, sample: Sample): Seen {
  if (before && sample.atMs <= before.atMs) return before;
  return {
    bootId: sample.bootId,
    atMs: sample.atMs,
    clockOffsetMs: offsetOf(sample),
    lacks: sample.lacks.filter((sentence) => !isClockDoubt(sentence)),
    ...(sample.uptimeSeconds !== undefined && { uptimeSeconds: sample.uptimeSeconds }),
  };
}

function offsetOf({ atMs, takenAtMs }: Sample): number {
  return atMs - takenAtMs;
}

function bootOf(before: Seen | undefined, sample: Sample): NodeEvent[] {
  if (!before || !hasBooted(before, sample)) return [];
  const { node, bootId, uptimeSeconds, kernel } = sample;
  const bootedMs = Math.max(before.atMs, sample.atMs - (uptimeSeconds ?? 0) * 1000);
  return [
    {
      // The same boot told by two servers, or again after a restart of ours, is one event.
      id: `boot-${bootId || Math.round(bootedMs / 60_000)}`,
      node,
      atMs: bootedMs,
      kind: "boot",
      text:
        kernel === undefined ? "The node was booted." : `The node was booted, kernel ${kernel}.`,
    },
  ];
}

function hasBooted(before: Seen, { bootId, uptimeSeconds }: Sample): boolean {
  if (bootId !== "" && before.bootId !== "") return bootId !== before.bootId;
  if (uptimeSeconds === undefined || before.uptimeSeconds === undefined) return false;
  return uptimeSeconds < before.uptimeSeconds - UPTIME_SLACK_S;
}

function clockOf(before: Seen | undefined, sample: Sample): NodeEvent[] {
  const offsetMs = offsetOf(sample);
  const was = directionOf(before?.clockOffsetMs ?? 0);
  const is = directionOf(offsetMs);
  if (was === is) return [];
  return [
    {
      id: `clock-${is}-${Math.round(sample.takenAtMs / 1000)}`,
      node: sample.node,
      atMs: sample.atMs,
      kind: "clock",
      text: clockDoubt(offsetMs) ?? "Its clock agrees with this server's again.",
    },
  ];
}

function directionOf(offsetMs: number): "right" | "ahead" | "behind" {
  if (Math.abs(offsetMs) <= TOLERATED_MS) return "right";
  return offsetMs < 0 ? "ahead" : "behind";
}
