import { formatByteRange, formatBytes } from "../format-bytes";
import type { BucketId } from "../report";
import { toLocal, UTC } from "../time/zone";
import type { GrowthReason, HealthyReason, NodeVerdict } from "./node-verdict";
import { amountOf } from "./size-verdict";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** Within this many days a weekday says which. */
const WEEK_MS = 6 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;

/** One sentence for a node's verdict; its times are of `zone` (a name that `readZone` knows). */
export function nodeHeadline(verdict: NodeVerdict, zone: string = UTC): string {
  const { reason, sampleAtMs } = verdict;
  switch (reason.kind) {
    case "growth":
      return growthHeadline(reason.growth, sampleAtMs, zone);
    case "size":
      return sizeHeadline(reason.size.bucket, amountOf(reason.size.bytes, reason.size.memTotal));
    case "look": {
      const { headline, flatForMs } = reason.look;
      return flatForMs === undefined ? headline : `${headline}; flat for ${durationOf(flatForMs)}`;
    }
    case "short":
      return `Memory is short: ${amountOf(reason.available, reason.memTotal)} are available`;
    case "healthy":
      return healthyHeadline(reason);
  }
}

/** Servers rest at half a percent to two percent outside every counter. */
const USUAL_SHARE = 0.02;

function healthyHeadline({ memTotal, unexplained, isFlat }: HealthyReason): string {
  const grows = isFlat ? ", and nothing grows" : "";
  if (unexplained === undefined)
    return `Nothing is out of line in ${formatBytes(memTotal)}${grows}`;
  const rest = formatBytes(Math.max(0, unexplained));
  if (unexplained > memTotal * USUAL_SHARE)
    return `${rest} of ${formatBytes(memTotal)} are outside the counters, too little to worry${grows}`;
  return `All of ${formatBytes(memTotal)} is accounted for${grows}; ${rest} outside the counters is usual`;
}

const SIZE_WORDS: Partial<Record<BucketId, string>> = {
  allocpage: "are in pages that no counter shows",
  slabUnreclaimable: "are slab that cannot be reclaimed",
  vmalloc: "are held by vmalloc",
};

function sizeHeadline(bucket: BucketId, amount: string): string {
  return `${amount} ${SIZE_WORDS[bucket] ?? `are ${bucket}`}`;
}

function growthHeadline(growth: GrowthReason, nowMs: number, zone: string): string {
  const { series, bucket, ratePerHour, sinceMs, holder, bytes, full, isProven } = growth;
  const rate = `${formatBytes(Math.abs(ratePerHour))} an hour`;
  const since = momentOf(sinceMs, nowMs, zone);
  const moves =
    series === "available"
      ? `Available memory falls by ${rate} since ${since}`
      : `${bucket ?? series} ${isProven ? "grows" : "seems to grow"} by ${rate} since ${since}`;
  const explained =
    holder &&
    `${holder.name} ${holder.name.startsWith("the sockets") ? "explain" : "explains"} ${formatByteRange(holder.explains)} of ${formatBytes(bytes)}`;
  return [moves, explained, full && fullWords(full)].filter(Boolean).join("; ");
}

/** "full in about 9 h (7–13 h)". */
function fullWords({ hours, low, high }: NonNullable<GrowthReason["full"]>): string {
  const about = `full in about ${durationOf(hours * HOUR_MS)}`;
  if (low === undefined || high === undefined) return about;
  const [from, to] = [durationOf(low * HOUR_MS), durationOf(high * HOUR_MS)];
  return from === to ? about : `${about} (${from} to ${to})`;
}

function durationOf(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 72 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

/** "Tuesday 14:10 UTC" within the week, "18 Nov 2026, 14:10 UTC" before. */
function momentOf(ms: number, nowMs: number, zone: string): string {
  const local = new Date(toLocal(ms, zone));
  const clock = `${local.toISOString().slice(11, 16)}${zone === UTC ? " UTC" : ""}`;
  if (nowMs - ms < WEEK_MS) return `${DAYS[local.getUTCDay()]} ${clock}`;
  return `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${local.getUTCFullYear()}, ${clock}`;
}
