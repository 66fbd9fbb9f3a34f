import { type Bytes, KIB } from "../units";
import type { Measured, Parsed } from "./parsed";
import { nothingUsable } from "./text-lines";

/** What the API server knows of a node: no page of its memory, but how much there is. */
export interface KubernetesNode {
  readonly name: string;
  /** RAM as the kubelet saw it when it started, in bytes: MemTotal. */
  readonly capacity?: Measured;
  /** What pods may ask for together: capacity less reserved for system, kubelet and eviction. */
  readonly allocatable?: Measured;
  readonly cpus?: number;
  /** Condition MemoryPressure: "True", "False" or "Unknown". */
  readonly memoryPressure?: { readonly status: string; readonly line: number };
  readonly kernel?: string;
  readonly os?: string;
  readonly arch?: string;
}

type Draft = { -readonly [K in keyof KubernetesNode]: KubernetesNode[K] };

interface Line {
  readonly indent: number;
  readonly key: string;
  readonly value: string;
  readonly number: number;
}

interface Reading {
  readonly nodes: Draft[];
  /** Keys that are open, outermost first. */
  readonly open: { readonly indent: number; readonly key: string }[];
  conditionStatus: string;
}

// YAML and pretty-printed JSON look alike line by line: key, colon, value, by indentation.
const LINE = /^( {0,40})(?:- )?"?([A-Za-z][\w./-]{0,80})"?: ?(.{0,300})$/;
const QUANTITY = /^(\d{1,20})(?:\.\d{1,3})?(Ki|Mi|Gi|Ti|k|M|G|T|m)?$/;
const UNITS: ReadonlyMap<string, Bytes> = new Map([
  ["", 1],
  ["Ki", KIB],
  ["Mi", KIB ** 2],
  ["Gi", KIB ** 3],
  ["Ti", KIB ** 4],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["m", 1e-3],
]);
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ["amd64", "x86_64"],
  ["arm64", "aarch64"],
]);
const MAX_NODES = 5000;

/**
 * Nodes as `kubectl get nodes -o yaml` or `-o json` prints them, one or a list, as must-gather
 * (cluster-scoped-resources/core/nodes/*.yaml) and `kubectl cluster-info dump` keep them. Sizes in bytes.
 * Throws ParseError when no node has a name.
 *
 * Source: kubernetes, core/v1 NodeStatus (capacity, allocatable, conditions, nodeInfo).
 */
export function parseKubernetesNodes(text: string): Parsed<readonly KubernetesNode[]> {
  const reading: Reading = { nodes: [], open: [], conditionStatus: "" };
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    number += 1;
    const line = end - start > 500 ? undefined : readLine(text.slice(start, end), number);
    if (line) take(reading, line);
    start = end + 1;
  }
  if (reading.nodes.length === 0) throw nothingUsable("nodes of Kubernetes", text);
  return { value: reading.nodes, skipped: [] };
}

function readLine(raw: string, number: number): Line | undefined {
  const [, spaces, key, rest] = LINE.exec(raw.trimEnd().replace(/,$/, "")) ?? [];
  if (spaces === undefined || key === undefined || rest === undefined) return undefined;
  const isItem = raw.slice(spaces.length).startsWith("- ");
  const value = /^"(.*)"$/.exec(rest)?.[1] ?? rest;
  return { indent: spaces.length + (isItem ? 2 : 0), key, value, number };
}

function take(reading: Reading, line: Line): void {
  const { open } = reading;
  while ((open.at(-1)?.indent ?? -1) >= line.indent) open.pop();
  const path = [...open.map(({ key }) => key), line.key].join(".").replace(/^items\./, "");
  if (line.value === "" || line.value === "{" || line.value === "[" || line.value === "|") {
    open.push({ indent: line.indent, key: line.key });
    return;
  }
  const reader = READERS.get(path);
  if (path === "metadata.name") {
    if (reading.nodes.length < MAX_NODES) reading.nodes.push({ name: line.value });
  } else if (path === "status.conditions.status") reading.conditionStatus = line.value;
  else if (path === "status.conditions.type") takeCondition(reading, line);
  else {
    const node = reading.nodes.at(-1);
    if (node) reader?.(node, line);
  }
}

/** Keys are printed in their alphabet's order: the status stands before the type. */
function takeCondition({ nodes, conditionStatus }: Reading, { value, number }: Line): void {
  const node = nodes.at(-1);
  if (node && value === "MemoryPressure") {
    node.memoryPressure = { status: conditionStatus, line: number };
  }
}

const READERS: ReadonlyMap<string, (node: Draft, line: Line) => void> = new Map([
  ["status.capacity.memory", (node, line) => setSize(node, "capacity", line)],
  ["status.allocatable.memory", (node, line) => setSize(node, "allocatable", line)],
  [
    "status.capacity.cpu",
    (node, { value }) => {
      if (/^\d{1,5}$/.test(value)) node.cpus = Number(value);
    },
  ],
  [
    "status.nodeInfo.kernelVersion",
    (node, { value }) => {
      node.kernel = value;
    },
  ],
  [
    "status.nodeInfo.osImage",
    (node, { value }) => {
      node.os = value;
    },
  ],
  [
    "status.nodeInfo.architecture",
    (node, { value }) => {
      node.arch = ARCHITECTURES.get(value) ?? value;
    },
  ],
]);

function setSize(node: Draft, field: "capacity" | "allocatable", { value, number }: Line): void {
  const [, digits, unit = ""] = QUANTITY.exec(value) ?? [];
  if (digits === undefined) return;
  node[field] = { value: Math.round(Number(digits) * (UNITS.get(unit) ?? 1)), line: number };
}
