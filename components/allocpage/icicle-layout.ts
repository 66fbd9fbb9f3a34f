import type { IcicleNode } from "./icicle-tree";

/** One rectangle of the picture, in pixels from the left and rows from the top. */
export interface IcicleBox {
  readonly x: number;
  readonly width: number;
  readonly row: number;
  /** The frame; absent for the box that stands for frames too narrow to draw. */
  readonly node?: IcicleNode;
  /** How many frames such a box stands for. */
  readonly merged?: number;
  /** The frame above, whose width it shares. */
  readonly parent?: IcicleNode;
}

/** Narrower than this a frame is neither seen nor hit: neighbours are drawn as one. */
export const MIN_WIDTH = 3;

interface Place {
  readonly x: number;
  readonly width: number;
}

/**
 * Places the frames: those above the focus over the full width, the focus itself too, and below it every
 * frame beside its siblings in proportion to its value. The boxes of a row never overlap, and the
 * children of a frame together are never wider than it is. Where all values are 0 the width is shared
 * evenly. A run of siblings narrower than MIN_WIDTH becomes one box.
 */
export function layoutIcicle(focus: IcicleNode, width: number): readonly IcicleBox[] {
  const boxes: IcicleBox[] = [];
  for (let node = focus.parent; node; node = node.parent)
    boxes.unshift({ x: 0, width, row: node.depth, node });
  place(focus, { x: 0, width }, boxes);
  return boxes;
}

function place(node: IcicleNode, at: Place, boxes: IcicleBox[]): void {
  boxes.push({ ...at, row: node.depth, node, ...(node.parent && { parent: node.parent }) });
  placeChildren(node, at, boxes);
}

function placeChildren(node: IcicleNode, at: Place, boxes: IcicleBox[]): void {
  const narrow = { x: at.x, width: 0, count: 0 };
  const flush = (): void => {
    if (narrow.count > 0 && narrow.width > 0)
      boxes.push({
        x: narrow.x,
        width: narrow.width,
        row: node.depth + 1,
        merged: narrow.count,
        parent: node,
      });
    narrow.width = 0;
    narrow.count = 0;
  };
  let x = at.x;
  for (const child of node.children) {
    const width = at.width * shareOf(child, node);
    if (width >= MIN_WIDTH) {
      flush();
      place(child, { x, width }, boxes);
    } else {
      if (narrow.count === 0) narrow.x = x;
      narrow.width += width;
      narrow.count += 1;
    }
    x += width;
  }
  flush();
}

/** Part of the parent's width: by value, or evenly where the parent has none. */
function shareOf(child: IcicleNode, parent: IcicleNode): number {
  return parent.value > 0 ? child.value / parent.value : 1 / parent.children.length;
}

/** Rows of the picture: the deepest box and those above it. */
export function rowsOf(boxes: readonly IcicleBox[]): number {
  return boxes.reduce((most, { row }) => Math.max(most, row + 1), 0);
}

type Direction = "left" | "right" | "up" | "down";

/** The box that an arrow key leads to from `from`: siblings to the side, the frame above, the widest below. */
export function neighbourOf(
  boxes: readonly IcicleBox[],
  from: IcicleBox,
  direction: Direction,
): IcicleBox | undefined {
  const drawn = boxes.filter(({ node }) => node !== undefined);
  if (direction === "up")
    return drawn.findLast(({ row, x }) => row === from.row - 1 && x <= from.x);
  if (direction === "down")
    return widest(
      drawn.filter(({ row, x }) => row === from.row + 1 && x >= from.x && x < from.x + from.width),
    );
  const row = drawn.filter((box) => box.row === from.row);
  const at = row.findIndex(({ node }) => node === from.node);
  return row[direction === "left" ? at - 1 : at + 1];
}

function widest(boxes: readonly IcicleBox[]): IcicleBox | undefined {
  return boxes.reduce<IcicleBox | undefined>(
    (best, box) => (best && best.width >= box.width ? best : box),
    undefined,
  );
}
