import type { NodeEvent } from "../../core/series/history";
import type { Sample } from "../../core/series/sample";
import type { EventStore } from "../../store/events";
import type { PushedTexts, PushStore } from "../../store/pushes";
import type { SampleStore } from "../../store/samples";
import { toServiceError } from "../service-error";
import { clockDoubt, clockOffset, timeError } from "./clock-rule";
import type { createKnownSamples } from "./known-samples";
import { changesOf, type Seen, seenNext } from "./node-changes";

/** A sample on its way into the store. */
export interface Arriving {
  /** `atMs` is still the node's own time. */
  readonly sample: Sample;
  /** The server's clock less the node's when the push was sent; absent where the sender did not say it. */
  readonly skewMs?: number;
  /** Of a push of the heavier set. */
  readonly texts?: ReadonlyMap<string, string>;
}

export type Outcome = "accepted" | "duplicate" | { readonly error: string };

export interface KeepParts {
  readonly samples: Pick<SampleStore, "insertSamples">;
  readonly pushes: Pick<PushStore, "insertTexts">;
  readonly events: Pick<EventStore, "insertEvents">;
  readonly known: ReturnType<typeof createKnownSamples>;
  readonly now: () => number;
}

interface Batch {
  readonly outcomes: Outcome[];
  readonly fresh: Sample[];
  readonly texts: Map<string, PushedTexts>;
  readonly events: NodeEvent[];
}

/**
 * Writes a batch: what is there already is a duplicate, the rest is on disk when this returns. Texts and events
 * go first and may be written again; the samples make the push exist, so that one which fails half way is
 * sent again as a whole.
 */
export function createKeepSamples(parts: KeepParts) {
  const { known } = parts;
  return async function keepSamples(arriving: readonly Arriving[]): Promise<Outcome[]> {
    await known.meetNodes(arriving.map(({ sample }) => sample.node));
    const placed = arriving.map((one) => place(one, known.lastOf(one.sample.node)));
    await known.reach(earliestByNode(placed, parts.now()));
    const batch = sort(parts, placed, arriving);
    try {
      await parts.pushes.insertTexts([...batch.texts.values()]);
      await parts.events.insertEvents(batch.events);
      const refused = await insertAll(parts, batch.fresh);
      for (const sample of batch.fresh) if (!refused.has(sample)) known.add(sample);
      return batch.outcomes.map((outcome, index) => {
        const sample = placed[index];
        return sample && refused.has(sample) ? { error: "the store does not take it" } : outcome;
      });
    } catch (error) {
      known.forget(arriving.map(({ sample }) => sample.node));
      throw error;
    }
  };
}

/** When the store refuses more of a batch than this, or all of it, the fault is not theirs. */
const MOST_REFUSED = 32;

/**
 * Writes samples; answers with those that the store refuses for what they are. One of them must not cost the
 * others of its batch, nor be sent again for ever with them: it is found by halves.
 */
async function insertAll(
  { samples }: Pick<KeepParts, "samples">,
  batch: readonly Sample[],
): Promise<ReadonlySet<Sample>> {
  const refused = new Set<Sample>();
  const insertHalves = async (some: readonly Sample[], error: unknown): Promise<void> => {
    const [only, ...others] = some;
    if (only && others.length === 0) refused.add(only);
    else
      for (const half of [some.slice(0, some.length >> 1), some.slice(some.length >> 1)])
        await insert(half);
    if (refused.size === batch.length || refused.size > MOST_REFUSED) throw error;
  };
  const insert = async (some: readonly Sample[]): Promise<void> => {
    try {
      await samples.insertSamples(some);
    } catch (error) {
      if (toServiceError(error)) throw error;
      await insertHalves(some, error);
    }
  };
  await insert(batch);
  return refused;
}

/**
 * The sample on the server's time axis, with its doubt about the clock. A push of the smaller set does not say what
 * the heavier one lacks; that stays as it was.
 */
function place({ sample, skewMs, texts }: Arriving, last: Seen | undefined): Sample {
  const offset = clockOffset(skewMs, last?.clockOffsetMs);
  const before = texts ? [] : (last?.lacks ?? []);
  const doubt = clockDoubt(offset);
  const lacks = new Set([...sample.lacks, ...before, ...(doubt === undefined ? [] : [doubt])]);
  return { ...sample, atMs: sample.atMs + offset, lacks: [...lacks] };
}

function earliestByNode(samples: readonly Sample[], nowMs: number): ReadonlyMap<string, number> {
  const earliest = new Map<string, number>();
  for (const { node, atMs } of samples)
    if (timeError(atMs, nowMs) === undefined)
      earliest.set(node, Math.min(atMs, earliest.get(node) ?? atMs));
  return earliest;
}

function sort(
  { known, now }: KeepParts,
  placed: readonly Sample[],
  arriving: readonly Arriving[],
): Batch {
  const batch: Batch = { outcomes: [], fresh: [], texts: new Map(), events: [] };
  const inBatch = new Set<string>();
  const nowMs = now();
  for (const [index, sample] of placed.entries()) {
    const key = keyOf(sample);
    const error = timeError(sample.atMs, nowMs);
    const before = known.find(sample);
    const isKnown = inBatch.has(key) || before?.isWhole;
    if (error !== undefined) batch.outcomes.push({ error });
    else if (isKnown) batch.outcomes.push("duplicate");
    else {
      inBatch.add(key);
      batch.outcomes.push("accepted");
      // Half written before: at the same moment it replaces itself, at another it would stand twice.
      const whole = before ? { ...sample, atMs: before.atMs } : sample;
      batch.fresh.push(whole);
      keepTexts(batch.texts, whole, arriving[index]?.texts);
    }
  }
  batch.events.push(...eventsOf(batch.fresh, known));
  return batch;
}

/** What names a sample. */
export function keyOf({ node, bootId, takenAtMs }: Sample): string {
  return `${node}\n${bootId}\n${takenAtMs}`;
}

function keepTexts(
  texts: Map<string, PushedTexts>,
  { node, atMs }: Sample,
  own: ReadonlyMap<string, string> | undefined,
): void {
  if (own && atMs >= (texts.get(node)?.atMs ?? atMs)) texts.set(node, { node, atMs, texts: own });
}

function eventsOf(
  fresh: readonly Sample[],
  known: ReturnType<typeof createKnownSamples>,
): NodeEvent[] {
  const last = new Map<string, Seen | undefined>();
  const events: NodeEvent[] = [];
  for (const sample of fresh.toSorted((a, b) => a.atMs - b.atMs)) {
    const before = last.has(sample.node) ? last.get(sample.node) : known.lastOf(sample.node);
    events.push(...changesOf(before, sample));
    last.set(sample.node, seenNext(before, sample));
  }
  return events;
}
