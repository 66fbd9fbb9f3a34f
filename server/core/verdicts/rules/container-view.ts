import type { Inconsistency } from "../../accounting/consistency";
import { confidenceOf } from "../confidence";
import { bytesOf, type Diagnosis } from "../diagnosis";
import type { Rule } from "../rule";

const ID = "container-view";

/** meminfo was made up for a container: nothing can be said of the node from it. */
export const containerView: Rule = {
  id: "container-view",
  title: "Container view of /proc/meminfo",
  judge(diagnosis) {
    const said = diagnosis.inconsistencies.find((each) => each.id === ID);
    const view = said ?? farTooMuch(diagnosis);
    if (!view) return undefined;
    return {
      status: "inconsistent",
      headline: "No verdict: this /proc/meminfo is a container's view, not the node's",
      confirm: [
        {
          command: "grep -c lxcfs /proc/self/mounts; cat /proc/1/cgroup",
          proves: "Whether /proc/meminfo is replaced inside a container.",
          risk: "Reads only.",
          root: false,
        },
      ],
      finding: {
        severity: "warning",
        ...confidenceOf([
          {
            factor: said ? 1 : 0.7,
            why: "it may be another double count, nothing but the sum shows it",
          },
        ]),
        bytes: { lower: 0, upper: 0 },
        holders: [],
        evidence: view.evidence,
        fix: "Collect on the host, or in a container that sees the host's /proc (nsenter -t 1 -a).",
        fixRisk: "None.",
      },
    };
  },
};

/** Known overlaps were tried: counters that exceed MemTotal by this share are those of another machine. */
const FAR = 0.05;

function farTooMuch(diagnosis: Diagnosis): Inconsistency | undefined {
  const excess = -bytesOf(diagnosis, "allocpage");
  if (excess < (diagnosis.memTotal ?? 0) * FAR) return undefined;
  return diagnosis.inconsistencies.find(({ id }) => id === "double-count");
}
