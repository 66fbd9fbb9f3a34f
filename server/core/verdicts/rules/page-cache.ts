import { meminfoEvidence } from "../../accounting/ledger-facts";
import { causeTitle } from "../../causes";
import { formatBytes } from "../../format-bytes";
import { confidenceOf } from "../confidence";
import { bytesOf } from "../diagnosis";
import type { Rule } from "../rule";

const ID = "page-cache";

/** Little is free because files are cached, and most of it can be had back: the commonest false alarm. */
export const pageCache: Rule = {
  id: ID,
  judge(diagnosis) {
    const { memTotal, available } = diagnosis;
    if (memTotal === undefined || available === undefined) return undefined;
    const cache = bytesOf(diagnosis, "fileCache") + bytesOf(diagnosis, "buffers");
    if (cache < memTotal * 0.4 || available < memTotal * 0.2) return undefined;
    const percent = Math.round((cache / memTotal) * 100);
    return {
      status: "healthy",
      headline: `${percent} % of memory is page cache, ${formatBytes(available)} are available`,
      finding: {
        id: ID,
        title: causeTitle(ID),
        severity: "info",
        ...confidenceOf([]),
        bucket: "fileCache",
        bytes: { lower: cache, upper: cache },
        holders: [],
        evidence: [
          meminfoEvidence(diagnosis.snapshot, "Cached") ?? [],
          meminfoEvidence(diagnosis.snapshot, "MemAvailable") ?? [],
        ].flat(),
        fix: "Nothing to do: the kernel gives the cache back when memory is needed.",
      },
    };
  },
};
