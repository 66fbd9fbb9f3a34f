import type { Snapshot } from "../core/snapshot";

/**
 * Moves the time of a snapshot and of the earlier ones it knows by `ms`, so that what passed between them stays.
 * A time that leaves the calendar stays as it was.
 */
export function shiftTimes(snapshot: Snapshot, ms: number): Snapshot {
  if (ms === 0) return snapshot;
  // From the earliest on, since each holds the one before it: a day of sar has 144.
  const chain: Snapshot[] = [];
  for (let one: Snapshot | undefined = snapshot; one; one = one.previous) chain.push(one);
  return chain.reverse().reduce<Snapshot | undefined>((previous, one) => {
    const takenAt = shifted(one.node.takenAt, ms);
    return {
      ...one,
      node: { ...one.node, ...(takenAt !== undefined && { takenAt }) },
      ...(previous && { previous }),
    };
  }, undefined) as Snapshot;
}

function shifted(iso: string | undefined, ms: number): string | undefined {
  const moved = new Date(Date.parse(iso ?? "") + ms);
  return Number.isNaN(moved.getTime()) ? undefined : moved.toISOString();
}
