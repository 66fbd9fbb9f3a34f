import { quote } from "../evidence";
import { formatBytes } from "../format-bytes";
import type { AllocationSite } from "../parse/allocation-site";
import { type Bytes, MIB } from "../units";
import { confidenceOf } from "./confidence";
import { bytesOf, type Diagnosis } from "./diagnosis";
import type { FoundFinding } from "./rule";

/** Some pages of removed groups are on every machine that runs containers. */
const WORTH_A_WORD = 256 * MIB;
const MOST = 0.5;

/**
 * Pages that page_owner says are charged to memory cgroups which were removed ("Charged to offlined memcg", 5.18+): they
 * keep those groups alive. Absent when they are little, and a small part of all charged pages.
 */
export function findOfflineCharges(diagnosis: Diagnosis):
  | {
      readonly headline: string;
      readonly finding: Pick<
        FoundFinding,
        "confidence" | "confidenceWhy" | "bytes" | "holders" | "evidence"
      >;
    }
  | undefined {
  const { snapshot } = diagnosis;
  const dumps = snapshot.allocationSites.filter(({ covers }) => covers === "held");
  const charged = dumps.flatMap(({ file, sites }) =>
    sites.flatMap((site) => (site.memcg ? [{ ...site, file }] : [])),
  );
  const offline = charged.filter(({ memcg }) => memcg?.isOffline);
  const [largest] = offline;
  const bytes = sum(offline);
  if (!largest || (bytes < WORTH_A_WORD && bytes < sum(charged) * MOST)) return undefined;
  const upper = diagnosis.composition ? bytesOf(diagnosis, "percpu") : bytes;
  const evidence = quote(snapshot, largest, {
    text: "pages charged to memory cgroups that were removed",
    value: bytes,
    unit: "bytes",
    formula: `of ${formatBytes(sum(charged))} charged to any`,
  });
  return {
    headline: `Pages are charged to memory cgroups that were removed (${formatBytes(bytes)} of what was listed): they keep those groups, and their per-CPU memory, alive`,
    finding: {
      ...confidenceOf([{ factor: 0.6, why: "how many removed groups there are is not known" }]),
      bytes: { lower: 0, upper },
      holders: [
        {
          kind: "cgroup",
          name: largest.memcg?.name ?? "removed memory cgroups",
          bytes: { lower: bytes, upper: bytes },
          evidence: [evidence],
        },
      ],
      evidence: [evidence],
    },
  };
}

function sum(sites: readonly AllocationSite[]): Bytes {
  return sites.reduce((total, { bytes }) => total + bytes, 0);
}
