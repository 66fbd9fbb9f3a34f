import { bucketStyle } from "../bucket-style";
import type { IcicleNode } from "./icicle-tree";

interface BoxColour {
  readonly fill: string;
  readonly stroke: string;
}

/** Percent of the bucket's colour in a box: pale enough for its name to be read on it. */
export const BUCKET_PERCENT = 22;
/** The same for what changed, from barely to wholly. */
const LEAST_CHANGE_PERCENT = 10;
export const MOST_CHANGE_PERCENT = 40;

const NEUTRAL: BoxColour = { fill: "var(--sunken)", stroke: "var(--control)" };
/** Less than this part of a frame's size is no change worth a colour. */
const STEADY = 0.005;

/** By bucket; neutral where several buckets lie below. */
export function bucketColour({ bucket }: Pick<IcicleNode, "bucket">): BoxColour {
  if (bucket === undefined || bucket === "unknown") return NEUTRAL;
  const { colour } = bucketStyle(bucket);
  return {
    fill: `color-mix(in oklab, ${colour} ${BUCKET_PERCENT}%, var(--paper))`,
    stroke: colour,
  };
}

/** Red where it grew, blue where it shrank, the deeper the larger the part that changed. */
export function changeColour({ change, value }: Pick<IcicleNode, "change" | "value">): BoxColour {
  const part = value > 0 ? Math.min(1, Math.abs(change) / value) : 0;
  if (part < STEADY) return NEUTRAL;
  const colour = change > 0 ? "var(--leaking)" : "var(--accent)";
  const span = MOST_CHANGE_PERCENT - LEAST_CHANGE_PERCENT;
  const depth = Math.round(LEAST_CHANGE_PERCENT + span * part);
  return { fill: `color-mix(in oklab, ${colour} ${depth}%, var(--paper))`, stroke: colour };
}
