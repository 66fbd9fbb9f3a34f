import type { Snapshot } from "../core/snapshot";

/**
 * The cluster's word on a node goes to the snapshot that was measured on that node, where the input holds one
 * (a sosreport inside a must-gather): by itself it would be a second machine that nothing is known of.
 */
export function attachClusterFacts(
  looks: readonly (readonly Snapshot[])[],
): readonly (readonly Snapshot[])[] {
  const objects = looks.flat().filter(isOnlyAnObject);
  const measured = looks.flat().filter((one) => !isOnlyAnObject(one));
  const taken = new Set<Snapshot>();
  const attached = looks.map((look) =>
    look.map((snapshot) => {
      const object = objects.find((one) => isSameHost(one, snapshot) && one !== snapshot);
      if (!object || isOnlyAnObject(snapshot)) return snapshot;
      taken.add(object);
      const { kubernetesNode } = object;
      return kubernetesNode ? { ...snapshot, kubernetesNode } : snapshot;
    }),
  );
  if (measured.length === 0) return looks;
  return attached
    .map((look) => look.filter((snapshot) => !taken.has(snapshot)))
    .filter((look) => look.length > 0);
}

function isOnlyAnObject(snapshot: Snapshot): boolean {
  return (
    snapshot.kubernetesNode !== undefined &&
    snapshot.files.every(({ format }) => format === "kubernetes-node")
  );
}

/** A report has the short name, the cluster often the full one. */
function isSameHost(a: Snapshot, b: Snapshot): boolean {
  const [left, right] = [a, b].map(({ node }) => node.hostname?.split(".")[0]);
  return left !== undefined && left === right;
}
