import type { Composition } from "../../report";
import type { ReconcileRow } from "../../report-reconcile";
import type { Snapshot } from "../../snapshot";
import { btopRows } from "./btop";
import { corootRows } from "./coroot";
import { freeRows } from "./free";
import { glancesRows } from "./glances";
import { htopRows } from "./htop";
import { kubernetesRows } from "./kubernetes";
import { netdataRows } from "./netdata";
import { prometheusRows } from "./prometheus";
import type { ToolFacts } from "./spread";
import { sysakRows } from "./sysak";
import { topRows } from "./top";

const TOOLS = [
  freeRows,
  topRows,
  htopRows,
  btopRows,
  glancesRows,
  netdataRows,
  prometheusRows,
  kubernetesRows,
  corootRows,
  sysakRows,
];

/**
 * What other tools print for this very snapshot, in bytes, and which buckets make the difference to
 * ours: the parts of a row add up to its difference exactly. Each formula is the tool's own, read in the
 * source the row names. A row whose fields the snapshot does not have is left out: the tool's answer
 * on the node itself is not known then.
 */
export function reconcile(
  snapshot: Snapshot,
  composition: Composition | undefined,
): readonly ReconcileRow[] {
  const meminfo = snapshot.meminfo?.value;
  if (!composition || !meminfo) return [];
  const facts: ToolFacts = {
    snapshot,
    composition,
    field: (name) => meminfo.get(name)?.value,
  };
  return TOOLS.flatMap((rows) => rows(facts));
}
