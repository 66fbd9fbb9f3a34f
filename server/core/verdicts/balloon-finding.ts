import type { BalloonView } from "../accounting/balloon";
import { formatBytes } from "../format-bytes";
import type { NextStep } from "../report";
import { type Bytes, MIB } from "../units";
import { confidenceOf } from "./confidence";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { Excluded, Found } from "./rule";
import { isShort } from "./shortage";
import { sizeStatus } from "./thresholds";

/** Less than this nobody misses. */
const NOTABLE = 64 * MIB;

const SEVERITY = { healthy: "info", watch: "warning", held: "critical" } as const;

interface Words {
  /** Whose balloon: "VMware's", "the hypervisor's". */
  readonly whose: string;
  readonly fix: string;
  readonly fixRisk: string;
  readonly confirm: readonly NextStep[];
}

/** What a balloon of this view amounts to: its own size where that is known, else what it may hold. */
export function findBalloon(
  diagnosis: Diagnosis,
  balloon: BalloonView,
  rest: (bucket: "allocpage" | "balloon") => Bytes,
  words: Words,
): Found | Excluded | undefined {
  return (
    knownBalloon(diagnosis, balloon, rest, words) ??
    possibleBalloon(diagnosis, balloon, rest("allocpage"), words)
  );
}

/**
 * A balloon whose size is known: held by the hypervisor where it is large, named and harmless where it is
 * small. One that is empty is excluded.
 */
function knownBalloon(
  diagnosis: Diagnosis,
  balloon: BalloonView,
  rest: (bucket: "allocpage" | "balloon") => Bytes,
  words: Words,
): Found | Excluded | undefined {
  const { ballooned, place } = balloon;
  if (!ballooned) return undefined;
  if (ballooned.value === 0) {
    return { excluded: { why: "the driver says that the balloon is empty", upper: 0 } };
  }
  if (ballooned.value < NOTABLE) return undefined;
  const { composition } = diagnosis;
  const bucket = place === "allocpage" ? "allocpage" : "balloon";
  const isInside = place !== "outside" && composition !== undefined;
  const bytes = isInside ? Math.min(rest(bucket), ballooned.value) : ballooned.value;
  const status = statusOf(diagnosis, balloon, ballooned.value);
  const where = place === "outside" ? ", which MemTotal no longer counts" : "";
  return {
    status,
    headline: `${formatBytes(ballooned.value)} were given back to the host by ${words.whose} balloon${where}`,
    confirm: words.confirm,
    finding: {
      severity: SEVERITY[status],
      ...confidenceOf([
        {
          factor: isInside && bytes < ballooned.value * 0.9 ? 0.7 : 1,
          why: "less than that is missing in this snapshot",
        },
      ]),
      bucket,
      bytes: { lower: bytes, upper: bytes },
      holders: balloon.driver ? [{ kind: "module", name: balloon.driver, bytes: both(bytes) }] : [],
      evidence: [ballooned, ...balloon.signs],
      ...{ fix: words.fix, fixRisk: words.fixRisk },
    },
  };
}

function both(bytes: Bytes): { readonly lower: Bytes; readonly upper: Bytes } {
  return { lower: bytes, upper: bytes };
}

/** Pages that left MemTotal hurt only where too little is left. */
function statusOf(diagnosis: Diagnosis, balloon: BalloonView, bytes: Bytes): keyof typeof SEVERITY {
  const { memTotal } = diagnosis;
  if (balloon.place === "outside") {
    const share = memTotal ? bytes / (memTotal + bytes) : 0;
    if (share < 0.1) return "healthy";
    return isShort(diagnosis) ? "held" : "watch";
  }
  const size = sizeStatus(bytes, memTotal);
  return size === "suspect" ? "held" : (size ?? "healthy");
}

/**
 * A driver that is there, its pages still in MemTotal, and much memory that nobody shows: the balloon may be
 * it. The log's own word makes it a suspect, the driver alone only a question.
 */
function possibleBalloon(
  diagnosis: Diagnosis,
  balloon: BalloonView,
  rest: Bytes,
  words: Words,
): Found | undefined {
  const isSuspect = sizeStatus(rest, diagnosis.memTotal) === "suspect";
  if (balloon.ballooned || balloon.place !== "allocpage" || !isSuspect) return undefined;
  if (bytesOf(diagnosis, "allocpage") <= 0) return undefined;
  const isSaid = balloon.isInflatedByLog;
  return {
    status: isSaid ? "suspect" : "watch",
    headline: isSaid
      ? `${formatBytes(rest)} are in pages that no counter shows, and the kernel log says that ${words.whose} balloon took memory`
      : `${words.whose} balloon driver is loaded: it may hold what no counter shows`,
    confirm: words.confirm,
    finding: {
      severity: isSaid ? "critical" : "warning",
      ...confidenceOf([
        { factor: isSaid ? 0.85 : 0.5, why: "nothing says how large the balloon is" },
        { factor: isSaid ? 1 : 0.8, why: "the driver is loaded in every guest of this kind" },
      ]),
      bucket: "allocpage",
      bytes: { lower: 0, upper: rest },
      holders: balloon.driver
        ? [{ kind: "module", name: balloon.driver, bytes: { lower: 0, upper: rest } }]
        : [],
      evidence: balloon.signs,
      ...{ fix: words.fix, fixRisk: words.fixRisk },
    },
  };
}
