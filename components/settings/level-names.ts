import type { LevelId } from "./settings-types";

interface LevelName {
  readonly title: string;
  readonly what: string;
  /** One row, and several. */
  readonly rows: readonly [string, string];
}

/** How the levels of kept data are called, in the order in which data ages through them. */
export const LEVEL_NAMES: Readonly<Record<LevelId, LevelName>> = {
  samples: {
    title: "Raw samples",
    what: "Every push of an agent, with its largest caches, sockets and groups.",
    rows: ["sample", "samples"],
  },
  rollup5m: {
    title: "5-minute values",
    what: "What trends are judged on and charts of days are drawn from.",
    rows: ["value", "values"],
  },
  rollup1h: {
    title: "Hourly values",
    what: "What charts of months are drawn from.",
    rows: ["value", "values"],
  },
  pushedTexts: {
    title: "Texts of pushes",
    what: "Of each node the newest detailed push, as measured.",
    rows: ["text", "texts"],
  },
  snapshots: {
    title: "Snapshots",
    what: "Uploads with their texts, verdicts and original archives.",
    rows: ["snapshot", "snapshots"],
  },
  events: {
    title: "Events and notes",
    what: "Changes of verdict, boots, and what people wrote down.",
    rows: ["event", "events"],
  },
};

/** Days → "7 days", "2 years"; null → "for ever". */
export function keptFor(days: number | null): string {
  if (days === null) return "for ever";
  if (days % 365 === 0) return days === 365 ? "1 year" : `${days / 365} years`;
  return days === 1 ? "1 day" : `${days} days`;
}
