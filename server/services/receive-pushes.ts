import { setImmediate as breathe } from "node:timers/promises";
import type { Sample } from "../core/series/sample";
import { PushError, parsePush } from "../ingest/push/parse-push";
import { PUSH_LIMITS } from "../ingest/push/push-limits";
import { readPush } from "../ingest/push/read-push";
import { isGzip, type Member, unpackMembers } from "../ingest/push/unpack-members";
import type { EventStore } from "../store/events";
import type { PushStore } from "../store/pushes";
import type { SampleStore } from "../store/samples";
import type { SeriesStore } from "../store/series";
import type { PushGrant } from "./access/agent-tokens";
import { createBatcher } from "./push/batcher";
import { settleJumps } from "./push/clock-rule";
import { type Arriving, createKeepSamples, keyOf, type Outcome } from "./push/keep-samples";
import { createKnownSamples } from "./push/known-samples";
import { readBody, tooMuch } from "./push/read-body";
import type { SnapshotRequests } from "./push/snapshot-requests";
import { ServiceError } from "./service-error";

export interface ReceiveParts {
  readonly samples: SampleStore;
  readonly series: SeriesStore;
  readonly pushes: PushStore;
  readonly events: EventStore;
  readonly requests: SnapshotRequests;
  readonly now: () => number;
  /** How long the first push of a batch waits for others. */
  readonly flushMs?: number;
  /** Pushes that may wait for the store. */
  readonly maxWaiting?: number;
}

export interface PushRequest {
  readonly body: ReadableStream<Uint8Array>;
  /** What the sender claims; a claim that is too large is refused unread. */
  readonly contentLength?: number | undefined;
  /** The node's clock when it sent this, ms since 1970. */
  readonly sentAtMs?: number | undefined;
  readonly grant: PushGrant;
}

/** The answer to a body of pushes. What is not in `rejected` is on disk. */
export interface PushResult {
  readonly accepted: number;
  /** Were there already. */
  readonly duplicate: number;
  /** By their place in the body, from 0. */
  readonly rejected: readonly { readonly push: number; readonly error: string }[];
  /** The server would like a full snapshot of the node. */
  readonly want?: "snapshot";
}

const FLUSH_MS = 1000;
const MAX_WAITING = 20_000;
const MAX_BATCH = 5000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
const MAX_BODY_MS = 60_000;
/** Bodies that are being read or unpacked, all together. */
const MAX_BODIES_BYTES = 64 * 1024 * 1024;
/** A sample in memory, without texts. */
const SAMPLE_BYTES = 2048;

/**
 * Takes what agents push. Answers once the samples are on disk; what fails can be sent again and counts once.
 * Samples of many requests are written together.
 */
export function createReceivePushes(parts: ReceiveParts) {
  const known = createKnownSamples(parts);
  const { offer, refuseWhenBehind } = createBatcher<Arriving, Outcome>({
    flush: createKeepSamples({ ...parts, known }),
    everyMs: parts.flushMs ?? FLUSH_MS,
    maxBatch: MAX_BATCH,
    maxItems: parts.maxWaiting ?? MAX_WAITING,
    maxBytes: MAX_WAITING_BYTES,
  });
  const pending = new Map<string, Promise<Outcome>>();
  let bodiesBytes = 0;

  /** A sample that another request is just writing is known once that one is through. */
  async function submit(arriving: Arriving): Promise<Outcome> {
    const key = keyOf(arriving.sample);
    const before = pending.get(key);
    if (before) {
      const outcome = await before;
      return outcome === "accepted" ? "duplicate" : outcome;
    }
    const outcome = offer(arriving, sizeOf(arriving)).finally(() => pending.delete(key));
    pending.set(key, outcome);
    return outcome;
  }

  /** Reads a body, whose bytes count among those of all bodies until it is unpacked. */
  async function readRequest({ body, grant }: PushRequest): Promise<Reading> {
    refuseWhenBehind();
    let own = 0;
    const claim = (bytes: number) => {
      if (bodiesBytes + bytes > MAX_BODIES_BYTES)
        throw new ServiceError("busy", "Too many pushes arrive at once. Send this again later.");
      bodiesBytes += bytes;
      own += bytes;
    };
    try {
      const limits = { maxBytes: PUSH_LIMITS.bodyBytes, maxMs: MAX_BODY_MS, claim };
      return await readMembers(await readBody(body, limits), grant);
    } finally {
      bodiesBytes -= own;
    }
  }

  return {
    async receive(request: PushRequest): Promise<PushResult> {
      const { contentLength, sentAtMs } = request;
      const skewMs = sentAtMs === undefined ? undefined : parts.now() - sentAtMs;
      if ((contentLength ?? 0) > PUSH_LIMITS.bodyBytes) throw tooMuch(PUSH_LIMITS.bodyBytes);
      const reading = await readRequest(request);
      const outcomes = await Promise.all(
        settled(reading.read).map(({ arriving }) =>
          submit(skewMs === undefined ? arriving : { ...arriving, skewMs }),
        ),
      );
      return summarise(reading, outcomes, await wantOf(reading, parts.requests));
    },
  };
}

interface ReadMember {
  readonly push: number;
  readonly arriving: Arriving;
}

interface Reading {
  readonly read: readonly ReadMember[];
  readonly rejected: readonly { readonly push: number; readonly error: string }[];
}

async function readMembers(body: Buffer, grant: PushGrant): Promise<Reading> {
  if (!isGzip(body)) throw new ServiceError("badInput", NOT_GZIP);
  const read: ReadMember[] = [];
  const rejected: { push: number; error: string }[] = [];
  let push = 0;
  for (const member of unpackMembers(body)) {
    const result = readMember(member, grant);
    if ("error" in result) rejected.push({ push, error: result.error });
    else read.push({ push, arriving: result });
    push += 1;
    // A spool of hours must not hold up the requests of others.
    if (push % 8 === 0) await breathe();
  }
  if (read.length === 0 && rejected.length === 0)
    throw new ServiceError("badInput", "The body is empty.");
  return { read, rejected };
}

const NOT_GZIP =
  "The body is not gzip. Send pushes as the agent writes them: cat spool/*.gz | curl --data-binary @- URL";

function readMember(member: Member, grant: PushGrant): Arriving | { readonly error: string } {
  if ("error" in member) return member;
  try {
    const push = parsePush(member.bytes.toString("utf8"));
    if (!grant.allowsNode(push.node))
      return { error: "the token may not push for a node of this name" };
    const sample = readPush(push, push.takenAtMs);
    return push.set === "heavy" ? { sample, texts: push.texts } : { sample };
  } catch (error) {
    if (error instanceof PushError) return { error: error.message };
    throw error;
  }
}

/** Of one body the times of each node by the clock that it has now. */
function settled(read: readonly ReadMember[]): readonly ReadMember[] {
  const times = settleJumps(
    read.map(({ arriving: { sample } }) => ({
      ...sample,
      bootId: `${sample.node}\n${sample.bootId}`,
      uptimeMs: sample.uptimeSeconds === undefined ? undefined : sample.uptimeSeconds * 1000,
    })),
  );
  return read.map(({ push, arriving }, index) => {
    const atMs = times[index] ?? arriving.sample.takenAtMs;
    return { push, arriving: { ...arriving, sample: { ...arriving.sample, atMs } } };
  });
}

function sizeOf({ texts }: Arriving): number {
  let size = SAMPLE_BYTES;
  for (const text of texts?.values() ?? []) size += text.length;
  return size;
}

function summarise(
  { read, rejected }: Reading,
  outcomes: readonly Outcome[],
  want: "snapshot" | undefined,
): PushResult {
  const refused = outcomes.flatMap((outcome, index) =>
    typeof outcome === "string" ? [] : [{ push: read[index]?.push ?? 0, error: outcome.error }],
  );
  return {
    accepted: outcomes.filter((outcome) => outcome === "accepted").length,
    duplicate: outcomes.filter((outcome) => outcome === "duplicate").length,
    rejected: [...rejected, ...refused].sort((a, b) => a.push - b.push),
    ...(want && { want }),
  };
}

/** The agent that sends is told of a request for its own node: the one of its newest push. */
async function wantOf(
  { read }: Reading,
  requests: SnapshotRequests,
): Promise<"snapshot" | undefined> {
  const sample: Sample | undefined = read.at(-1)?.arriving.sample;
  // The pushes are kept by now; a request that cannot be looked up waits for the next answer.
  const isWanted = sample && (await requests.tell(sample.node).catch(() => false));
  return isWanted ? "snapshot" : undefined;
}
