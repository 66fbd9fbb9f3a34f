import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence, NextStep } from "../../report";
import { MIB } from "../../units";
import { type CacheSet, collectCaches, leftOf } from "../cache-set";
import { confidenceOf } from "../confidence";
import { type Diagnosis, findSysctl } from "../diagnosis";
import type { Rule } from "../rule";
import { ownerStatus } from "../thresholds";

const NOTABLE = 256 * MIB;
/** New connections are dropped at the limit: from here on it is near. */
const NEARLY_FULL = 0.8;

const CONFIRM: NextStep = {
  command:
    "sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max net.netfilter.nf_conntrack_tcp_timeout_established; conntrack -L 2>/dev/null | awk '{print $1, $4}' | sort | uniq -c | sort -rn | head",
  proves: "How full the table is, and in which state most connections are.",
  risk: "Reads only; listing a table of millions takes seconds and a core.",
  root: true,
};

/** One object per connection that the packet filter tracks, by default for five days after its last packet. */
export const conntrackTable: Rule = {
  id: "conntrack-table",
  title: "A large table of tracked connections",
  bucket: "slabUnreclaimable",
  judge(diagnosis, rest) {
    const set = collectCaches(diagnosis, ({ name }) =>
      /^(?:nf|ip)_conntrack(?!_expect)(?:_|$)/.test(name),
    );
    const full = fullness(diagnosis);
    const isFull = full.some(({ unit, value }) => unit !== "ratio" || value > NEARLY_FULL);
    if (set.bytes < NOTABLE && !isFull) return undefined;
    const bytes = leftOf(diagnosis, rest, { bucket: "slabUnreclaimable", bytes: set.bytes });
    const size = ownerStatus(bytes, diagnosis.memTotal);
    const isWatched = isFull || size !== undefined;
    return {
      status: size ?? (isFull ? "watch" : "healthy"),
      headline: headlineOf(set, isFull),
      confirm: [CONFIRM],
      finding: {
        severity: size === "suspect" ? "critical" : isWatched ? "warning" : "info",
        ...confidenceOf([
          {
            factor: full.length > 0 ? 1 : 0.9,
            why: "the count and limit of the table are not known",
          },
        ]),
        bytes: { lower: Math.min(bytes, set.used), upper: bytes },
        holders: set.holders,
        evidence: [...set.evidence, ...full],
        fix: "Shorter timeouts (net.netfilter.nf_conntrack_tcp_timeout_established is five days by default; one hour serves most), no tracking for traffic that needs none (NOTRACK), or fewer new connections per second.",
        fixRisk: "A connection that is idle for longer than the timeout loses its translation.",
      },
    };
  },
};

function headlineOf(set: CacheSet, isFull: boolean): string {
  const size =
    set.bytes > 0 ? `${set.activeObjects} tracked connections take ${formatBytes(set.bytes)}` : "";
  if (!isFull) return `${size} of slab (nf_conntrack)`;
  return size
    ? `${size}, and the table is nearly full`
    : "The table of tracked connections is nearly full";
}

/** Count against limit, and the kernel's own word for a full table. */
function fullness({ snapshot }: Diagnosis): readonly Evidence[] {
  const found: Evidence[] = [];
  const count = findSysctl(snapshot, "net.netfilter.nf_conntrack_count");
  const [now] = count?.numbers ?? [];
  const limit =
    findSysctl(snapshot, "net.netfilter.nf_conntrack_max") ??
    findSysctl(snapshot, "net.nf_conntrack_max");
  const [most] = limit?.numbers ?? [];
  if (count && now !== undefined && most) {
    const formula = `${now} / ${most}`;
    found.push(
      quote(snapshot, count, {
        text: "tracked connections, of the limit",
        value: now / most,
        unit: "ratio",
        formula,
      }),
    );
  }
  const log = snapshot.kernelLog;
  const notice = log?.value.notices.findLast(({ text }) =>
    /nf_conntrack: .{0,60}table full/.test(text),
  );
  if (log && notice) {
    const at = { file: log.file, line: notice.line };
    found.push(
      quote(snapshot, at, { text: "the kernel dropped packets", value: 1, unit: "count" }),
    );
  }
  return found;
}
