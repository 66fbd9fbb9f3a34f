import { parseKubernetesNodes } from "../../core/parse/kubernetes-node";
import type { Draft } from "./draft";
import { type Format, stemOf, type TextFile } from "./format";

/** Files of nodes: "…/cluster-scoped-resources/core/nodes/NAME.yaml" of a must-gather, lists of a dump. */
function enterNode(draft: Draft, file: TextFile): boolean {
  const nodes = draft.read(file, parseKubernetesNodes);
  if (!nodes) return false;
  const name = stemOf(file.path).replace(/\.(?:ya?ml|json)$/, "");
  const node = nodes.value.find((one) => one.name === name) ?? nodes.value[0];
  if (!node) return false;
  draft.single.kubernetesNode = { file: file.name, value: node };
  const { facts } = draft;
  facts.hostname ??= node.name;
  if (node.kernel !== undefined) facts.kernel ??= node.kernel;
  if (node.arch !== undefined) facts.arch ??= node.arch;
  if (node.os !== undefined) facts.os ??= node.os;
  if (node.cpus !== undefined) facts.cpus ??= node.cpus;
  return true;
}

/** What a cluster says of its nodes. */
export const CLUSTER_FORMATS: readonly Format[] = [
  {
    id: "kubernetes-node",
    names: ["nodes.json", "nodes.yaml", "nodes.yml", "node.yaml", "node.json"],
    starts: [""],
    where:
      /(?:^|\/)cluster-scoped-resources\/core\/nodes\/[^/]+\.ya?ml$|(?:^|\/)nodes?\.(?:json|ya?ml)$/,
    looksLike: (head) => /^\s*(?:- )?"?kind"?: "?Node(?:List)?"?,?\s*$/m.test(head),
    take: "best",
    enter: enterNode,
  },
];
