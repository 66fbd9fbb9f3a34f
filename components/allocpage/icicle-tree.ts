import type { BucketId } from "@/server/core/report";
import type { Bytes } from "@/server/core/units";
import type { ListedRow } from "./site-selection";

/** A frame with everything below it. */
export interface IcicleNode {
  /** The same for the same path in any snapshot; short, because it stands in the address. */
  readonly key: string;
  readonly name: string;
  readonly depth: number;
  /** What the width stands for. */
  readonly value: number;
  readonly bytes: Bytes;
  readonly calls: number;
  readonly change: Bytes;
  /** The bucket of all that is below; absent where there are several. */
  readonly bucket?: BucketId | "unknown";
  readonly children: readonly IcicleNode[];
  /** The rows that end at this very frame. */
  readonly rows: readonly ListedRow[];
  readonly parent?: IcicleNode;
}

interface OpenNode {
  readonly key: string;
  readonly name: string;
  readonly depth: number;
  readonly parent?: OpenNode;
  readonly rows: ListedRow[];
  readonly below: Map<string, OpenNode>;
  readonly children: OpenNode[];
  value: number;
  bytes: Bytes;
  calls: number;
  change: Bytes;
  bucket?: BucketId | "unknown" | undefined;
}

/** Frames deeper than this are drawn as one: no stack that makes sense is that deep. */
const DEEPEST = 64;

/**
 * The tree of frames, outermost on top. The width of a row is its size; where snapshots are compared,
 * the larger of both sizes, so that what is gone is seen. Children come largest first, or in a
 * comparison the largest growth first.
 */
export function buildIcicle(rows: readonly ListedRow[], rootName: string): IcicleNode {
  const root = open(rootName, undefined);
  for (const row of rows) enter(root, row);
  const isComparison = rows.some(({ change }) => change !== undefined);
  sortBelow(root, isComparison);
  return root as IcicleNode;
}

function enter(root: OpenNode, row: ListedRow): void {
  let node = root;
  add(node, row);
  for (const name of row.path.slice(0, DEEPEST)) {
    node = childOf(node, name);
    add(node, row);
  }
  node.rows.push(row);
}

function add(node: OpenNode, row: ListedRow): void {
  const isFirst = node.value === 0 && node.rows.length === 0 && node.children.length === 0;
  node.bucket = isFirst || node.bucket === row.bucket ? row.bucket : undefined;
  node.value += widthOf(row);
  node.bytes += row.bytes;
  node.calls += row.calls;
  node.change += row.change ?? 0;
}

/** Never below 0: a size is a size, whatever a damaged table says. */
function widthOf({ bytes, change = 0 }: ListedRow): number {
  return Math.max(0, bytes, bytes - change);
}

function childOf(node: OpenNode, name: string): OpenNode {
  const known = node.below.get(name);
  if (known) return known;
  const child = open(name, node);
  node.below.set(name, child);
  node.children.push(child);
  return child;
}

function open(name: string, parent: OpenNode | undefined): OpenNode {
  return {
    key: parent ? hash(`${parent.key}/${name}`) : "root",
    name,
    depth: parent ? parent.depth + 1 : 0,
    ...(parent && { parent }),
    rows: [],
    below: new Map(),
    children: [],
    value: 0,
    bytes: 0,
    calls: 0,
    change: 0,
  };
}

function sortBelow(node: OpenNode, isComparison: boolean): void {
  node.children.sort(
    (a, b) =>
      (isComparison ? b.change - a.change : 0) ||
      b.value - a.value ||
      a.name.localeCompare(b.name, "en"),
  );
  for (const child of node.children) sortBelow(child, isComparison);
}

/** FNV-1a, 32 bits, as eight hex digits. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++)
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** The node of a key from the address; absent where this table has no such frame. */
export function findNode(root: IcicleNode, key: string | undefined): IcicleNode | undefined {
  if (key === undefined) return undefined;
  if (root.key === key) return root;
  for (const child of root.children) {
    const found = findNode(child, key);
    if (found) return found;
  }
  return undefined;
}

/** From the root down to the node, both included. */
export function pathTo(node: IcicleNode): readonly IcicleNode[] {
  return node.parent ? [...pathTo(node.parent), node] : [node];
}
