import { z } from "zod";
import { RETENTION_LEVELS, type RetentionLevel, type RetentionStore } from "../store/retention";
import type { SettingStore } from "../store/settings";
import type { ArchiveKeeper } from "./archive-keeper";
import { ServiceError } from "./service-error";

export interface RetentionParts {
  readonly retention: RetentionStore;
  readonly settings: SettingStore;
  readonly archives: Pick<ArchiveKeeper, "dropBefore">;
  readonly now: () => number;
}

interface LevelRule {
  /** Absent: kept for ever unless somebody sets days. */
  readonly defaultDays?: number;
  readonly minDays: number;
  readonly maxDays: number;
}

/** Trends look back a week on 5-minute data; the engine's times end in 2106, far behind ten years. */
const RULES: Record<RetentionLevel, LevelRule> = {
  samples: { defaultDays: 7, minDays: 1, maxDays: 366 },
  rollup5m: { defaultDays: 60, minDays: 14, maxDays: 732 },
  rollup1h: { defaultDays: 730, minDays: 30, maxDays: 3650 },
  snapshots: { minDays: 1, maxDays: 3650 },
  pushedTexts: { defaultDays: 60, minDays: 1, maxDays: 732 },
  events: { minDays: 30, maxDays: 3650 },
};

/** Finer levels first: one is never kept longer than the next. */
const BY_FINENESS = ["samples", "rollup5m", "rollup1h"] as const satisfies RetentionLevel[];
const FINENESS_NAMES = {
  samples: "raw samples",
  rollup5m: "5-minute values",
  rollup1h: "hourly values",
} as const;

const DAY_MS = 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;
/** From less than this no rate per day can be told. */
const SHORTEST_SPAN_MS = HOUR_MS;

const daysSetting = z.object({ days: z.int().positive().nullable() });

const settingName = (level: RetentionLevel) => `retention.${level}`;

/** Days, or null for ever. */
type Kept = number | null;

/** How long each level of data is kept, and what it takes. */
export function createRetention({ retention, settings, archives, now }: RetentionParts) {
  let sweptAtMs = Number.NEGATIVE_INFINITY;

  async function readKept(): Promise<Record<RetentionLevel, Kept>> {
    const set = await settings.readSettings();
    const entries = RETENTION_LEVELS.map((level) => {
      const text = set.get(settingName(level));
      const kept = text === undefined ? undefined : daysSetting.parse(JSON.parse(text)).days;
      return [level, kept === undefined ? (RULES[level].defaultDays ?? null) : kept] as const;
    });
    return Object.fromEntries(entries) as Record<RetentionLevel, Kept>;
  }

  /** Original archives are files: what belongs to snapshots that have ended goes here. */
  async function sweepArchives(days: Kept): Promise<void> {
    sweptAtMs = now();
    if (days !== null) await archives.dropBefore(Date.now() - days * DAY_MS);
  }

  return {
    /** Every level with its limits, its size and, where it can be told, what a day of it takes. */
    async read() {
      const kept = await readKept();
      const levels = [];
      for (const id of RETENTION_LEVELS) {
        const usage = await retention.measure(id);
        const { defaultDays = null, minDays, maxDays } = RULES[id];
        const limits = { days: kept[id], defaultDays, minDays, maxDays };
        levels.push({ id, ...limits, ...usage, ...perDay(usage) });
      }
      return { levels };
    },

    /** How many rows would go at once if a level were kept for so many days, or why it may not be. */
    async preview(
      level: RetentionLevel,
      days: Kept,
    ): Promise<{ readonly rows: number } | { readonly refusal: string }> {
      const refusal = findRefusal(level, days, await readKept());
      if (refusal !== undefined) return { refusal };
      return { rows: days === null ? 0 : await retention.countOlder(level, days) };
    },

    /** Keeps a level for so many days from now on, null for ever. What is older goes at once. */
    async set(level: RetentionLevel, days: Kept): Promise<void> {
      const refusal = findRefusal(level, days, await readKept());
      if (refusal !== undefined) throw new ServiceError("badInput", refusal);
      // First what is wanted, then what does it: a server that dies between the two makes up for it at its next start.
      const changedAt = new Date(now()).toISOString();
      await settings.writeSetting(settingName(level), JSON.stringify({ days }), changedAt);
      await retention.keepFor(level, days ?? undefined);
      if (level === "snapshots") await sweepArchives(days);
    },

    /** Brings the tables to what was set: after a start, a restore, a server that died half way. */
    async apply(): Promise<void> {
      const kept = await readKept();
      for (const level of RETENTION_LEVELS)
        await retention.keepFor(level, kept[level] ?? undefined);
      await sweepArchives(kept.snapshots);
    },

    /** To be called when an upload was stored: at most once an hour it removes archives that have ended. */
    async noteUpload(): Promise<void> {
      if (now() - sweptAtMs < HOUR_MS) return;
      await sweepArchives((await readKept()).snapshots);
    },
  };
}

function perDay({ bytes, oldestAt, newestAt }: Awaited<ReturnType<RetentionStore["measure"]>>): {
  readonly bytesPerDay?: number;
} {
  if (oldestAt === undefined || newestAt === undefined) return {};
  const spanMs = Date.parse(newestAt) - Date.parse(oldestAt);
  return spanMs < SHORTEST_SPAN_MS ? {} : { bytesPerDay: (bytes * DAY_MS) / spanMs };
}

/** Why a level may not be kept for so many days; nothing when it may. */
function findRefusal(
  level: RetentionLevel,
  days: Kept,
  kept: Record<RetentionLevel, Kept>,
): string | undefined {
  const { minDays, maxDays, defaultDays } = RULES[level];
  if (days === null)
    return defaultDays === undefined ? undefined : `Choose ${minDays} to ${maxDays} days.`;
  if (!(Number.isInteger(days) && days >= minDays && days <= maxDays))
    return `Choose ${minDays} to ${maxDays} whole days.`;
  return findShorterCoarse({ ...kept, [level]: days });
}

/** A chart of a long span falls back on the coarser level; it must reach at least as far. */
function findShorterCoarse(kept: Record<RetentionLevel, Kept>): string | undefined {
  for (const [index, coarse] of BY_FINENESS.entries()) {
    const fine = BY_FINENESS[index - 1];
    if (fine === undefined || (kept[coarse] ?? Infinity) >= (kept[fine] ?? Infinity)) continue;
    return `The ${FINENESS_NAMES[coarse]} (${kept[coarse]} days) must be kept at least as long as the ${FINENESS_NAMES[fine]} (${kept[fine]} days).`;
  }
  return undefined;
}
