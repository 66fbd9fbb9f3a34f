import { meminfoEvidence } from "../../accounting/ledger-facts";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { bytesOf } from "../diagnosis";
import type { Rule } from "../rule";
import { availableBytes } from "../shortage";

/** Little is free because files are cached, and most of it can be had back: the commonest false alarm. */
export const pageCache: Rule = {
  id: "page-cache",
  title: "Page cache, not a leak",
  bucket: "fileCache",
  judge(diagnosis) {
    const { memTotal } = diagnosis;
    const available = availableBytes(diagnosis);
    if (memTotal === undefined || available === undefined) return undefined;
    const cache = bytesOf(diagnosis, "fileCache") + bytesOf(diagnosis, "buffers");
    if (cache < memTotal * 0.4 || available < memTotal * 0.2) return undefined;
    const percent = Math.round((cache / memTotal) * 100);
    return {
      status: "healthy",
      headline: `${percent} % of memory is page cache, ${formatBytes(available)} are available`,
      confirm: [],
      finding: {
        severity: "info",
        ...confidenceOf([]),
        bytes: { lower: cache, upper: cache },
        holders: [],
        evidence: [
          meminfoEvidence(diagnosis.snapshot, "Cached") ?? [],
          meminfoEvidence(diagnosis.snapshot, "MemAvailable") ?? [],
        ].flat(),
        fix: "Nothing to do: the kernel gives the cache back when memory is needed.",
        fixRisk: "None.",
      },
    };
  },
};
