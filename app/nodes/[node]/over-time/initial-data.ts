import type { ApiOutputs } from "@/server/api/api-outputs";
import type { RangeText, TimeRange } from "@/server/core/time/time-range";

type Nodes = ApiOutputs["nodes"];

/** What the server rendered the page with; a part that could not be read is absent, and read by the browser. */
export interface InitialData {
  readonly spanKey: string;
  /** By whose clock the verdict tells its times. */
  readonly zone: string;
  readonly standing: Nodes["verdict"];
  readonly history?: Nodes["history"];
  readonly panels?: Nodes["panels"];
  readonly events?: Nodes["events"];
  readonly moment?: Nodes["moment"];
}

/** Instants, and spans of seconds, minutes and hours before now, are the same in every zone. */
const IN_ANY_ZONE = /^(?:\d+|now(?:[+-]\d+[smh])*)$/;

/** Tells whether two questions about a span of time are one: by whose clock it is read matters for days alone. */
export function spanKeyOf({ from, to }: RangeText, zone: string): string {
  const isSame = IN_ANY_ZONE.test(from) && IN_ANY_ZONE.test(to);
  return `${from} ${to}${isSame ? "" : ` ${zone}`}`;
}

/** A snapshot speaks for a moment this far from it; in a long range a pixel is longer than that. */
const REACH_MS = 15 * 60_000;
const MOST_REACH_MS = 24 * 60 * 60_000;
const PIXELS = 400;

/** How far from a chosen moment a sample or a snapshot may lie and still speak for it, in ms. */
export function reachOf({ fromMs, toMs }: Pick<TimeRange, "fromMs" | "toMs">): number {
  const pixelMs = Math.round((2 * (toMs - fromMs)) / PIXELS);
  return Math.min(MOST_REACH_MS, Math.max(REACH_MS, pixelMs));
}
