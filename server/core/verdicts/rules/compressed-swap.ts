import { bucketShare } from "../../accounting/buckets";
import { meminfoEvidence } from "../../accounting/ledger-facts";
import { quote } from "../../evidence";
import { formatBytes } from "../../format-bytes";
import type { Evidence } from "../../report";
import { type Bytes, GIB } from "../../units";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";
import { sizeStatus } from "../thresholds";

/** Below this a page in compressed swap takes nearly as much memory as it saves. */
const POOR = 1.5;
const SEVERITY = { healthy: "info", watch: "warning", held: "critical" } as const;

/** zram and zswap keep swapped pages compressed in RAM: a bargain, unless they do not compress. */
export const compressedSwap: Rule = {
  id: "compressed-swap",
  title: "Swap compressed in memory (zram, zswap)",
  bucket: "zpool",
  judge(diagnosis) {
    const { memTotal, composition, snapshot } = diagnosis;
    const measured = bytesOf(diagnosis, "zpool");
    const devices = snapshot.zram?.value ?? [];
    const pool = measured || devices.reduce((sum, { used }) => sum + used, 0);
    if (pool <= Math.max(GIB / 2, (memTotal ?? 0) * 0.05)) return undefined;
    const original = originalBytes(diagnosis);
    const ratio = original === undefined ? undefined : original / pool;
    const status = statusOf(pool, memTotal, ratio);
    const gain = ratio === undefined ? "" : `, for ${formatBytes(original ?? 0)} of swapped pages`;
    const share = (composition && bucketShare(composition, "zpool"))?.evidence ?? [];
    return {
      status,
      headline: `${formatBytes(pool)} are swap compressed in memory${gain}${status === "healthy" ? "" : ": it hardly compresses"}`,
      confirm: [
        {
          command: "zramctl; grep -r . /sys/kernel/debug/zswap /sys/module/zswap/parameters",
          proves: "How much is stored, how well it compresses, and what the limit is.",
          risk: "Reads only.",
          root: true,
        },
      ],
      finding: {
        severity: SEVERITY[status],
        ...confidenceOf([
          { factor: ratio === undefined ? 0.7 : 1, why: "how well it compresses is not known" },
        ]),
        bytes: { lower: pool, upper: pool },
        holders: devices
          .filter(({ used }) => used > 0)
          .map(({ device = "zram", used }) => ({
            kind: "mount",
            name: device,
            bytes: { lower: used, upper: used },
          })),
        evidence: [...share, ...deviceEvidence(diagnosis)].slice(0, 8),
        fix: "Set a limit (mem_limit of zram, max_pool_percent of zswap), or swap to a disk what does not compress.",
        fixRisk: "With a smaller pool programs are killed earlier when memory runs out.",
      },
    };
  },
};

/** What the pages were before compression: from the devices, from zswap, or from swap on zram. */
function originalBytes({ snapshot }: Diagnosis): Bytes | undefined {
  const zswapped = meminfoEvidence(snapshot, "Zswapped")?.value ?? 0;
  const onZram = (snapshot.swaps?.value ?? []).filter(({ name }) => /\/zram\d+$/.test(name));
  const stored =
    snapshot.zram?.value.map(({ original }) => original) ?? onZram.map(({ used }) => used);
  const sum = stored.reduce((total, bytes) => total + bytes, zswapped);
  return sum > 0 ? sum : undefined;
}

function statusOf(
  pool: Bytes,
  memTotal: Bytes | undefined,
  ratio: number | undefined,
): keyof typeof SEVERITY {
  if (ratio === undefined || ratio >= POOR) return "healthy";
  const size = sizeStatus(pool, memTotal);
  return size === "suspect" ? "held" : (size ?? "healthy");
}

function deviceEvidence({ snapshot }: Diagnosis): readonly Evidence[] {
  const { zram } = snapshot;
  return (zram?.value ?? []).map(({ original, line }) =>
    quote(
      snapshot,
      { file: zram?.file ?? "", line },
      { text: "stored in zram, before compression", value: original, unit: "bytes" },
    ),
  );
}
