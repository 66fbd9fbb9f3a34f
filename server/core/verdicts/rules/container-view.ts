import { confidenceOf } from "../confidence";
import type { Rule } from "../rule";

const ID = "container-view";

/** meminfo was made up for a container: nothing can be said of the node from it. */
export const containerView: Rule = {
  id: "container-view",
  title: "Container view of /proc/meminfo",
  judge(diagnosis) {
    const view = diagnosis.inconsistencies.find((each) => each.id === ID);
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
        ...confidenceOf([]),
        bytes: { lower: 0, upper: 0 },
        holders: [],
        evidence: view.evidence,
        fix: "Collect on the host, or in a container that sees the host's /proc (nsenter -t 1 -a).",
        fixRisk: "None.",
      },
    };
  },
};
