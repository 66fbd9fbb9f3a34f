"use client";

import { type KeyboardEvent, useId, useMemo, useState } from "react";
import { formatBytes, formatBytesDifference, formatPercent } from "@/server/core/format-bytes";
import { IcicleBreadcrumb } from "./icicle-breadcrumb";
import { IcicleFrame } from "./icicle-frame";
import { IcicleInspector } from "./icicle-inspector";
import { type IcicleBox, layoutIcicle, neighbourOf, rowsOf } from "./icicle-layout";
import { buildIcicle, findNode, type IcicleNode } from "./icicle-tree";
import { type ListedRow, matches } from "./site-selection";
import { useWidth } from "./use-width";
import { useZoom } from "./use-zoom";

interface IcicleProps {
  readonly rows: readonly ListedRow[];
  /** What the topmost frame is called. */
  readonly rootName: string;
  readonly search: string | undefined;
  readonly isComparison: boolean;
  readonly base: string;
}

/** Width before the browser has measured, so that the server draws the same picture. */
const FIRST_WIDTH = 1168;
const ROW_HEIGHT = 24;

/**
 * Who took the pages, from the outermost caller down to the line that asked for them. A click or Enter
 * zooms in, Escape out; arrow keys walk the frames; the frame under the pointer or the focus is
 * described below the picture.
 */
export function Icicle({ rows, rootName, search, isComparison, base }: IcicleProps) {
  const id = useId();
  const { ref, width } = useWidth(FIRST_WIDTH);
  const { at, zoom } = useZoom();
  const [activeKey, setActiveKey] = useState<string>();
  const root = useMemo(() => buildIcicle(rows, rootName), [rows, rootName]);
  const found = useMemo(() => foundKeys(root, search), [root, search]);
  const focus = findNode(root, at) ?? root;
  const boxes = layoutIcicle(focus, width);
  const active = boxes.find(({ node }) => node?.key === activeKey)?.node ?? focus;

  function show(node: IcicleNode): void {
    setActiveKey(node.key);
    document.getElementById(`${id}-${node.key}`)?.focus({ preventScroll: true });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const box = boxes.find(({ node }) => node === active);
    const target = box && targetOf(event.key, box, boxes, focus);
    if (!target) return;
    event.preventDefault();
    if (target.zoomTo) zoom(target.zoomTo.key);
    show(target.zoomTo ?? target.show ?? active);
  }

  return (
    <div>
      <IcicleBreadcrumb focus={focus} onZoom={zoom} />
      <div
        ref={ref}
        role="tree"
        aria-label="Frames, outermost on top"
        className="overflow-hidden"
        onKeyDown={onKeyDown}
        onMouseLeave={() => setActiveKey(undefined)}
      >
        <svg
          role="presentation"
          width={width}
          height={rowsOf(boxes) * ROW_HEIGHT}
          className="block"
        >
          {boxes.map((box) => (
            <IcicleFrame
              key={box.node?.key ?? `${box.parent?.key} rest ${box.x}`}
              id={box.node && `${id}-${box.node.key}`}
              box={box}
              rowHeight={ROW_HEIGHT}
              label={box.node && describeNode(box.node, root, isComparison)}
              isActive={box.node === active}
              isFound={box.node !== undefined && found.has(box.node.key)}
              isComparison={isComparison}
              onActivate={setActiveKey}
              onZoom={zoom}
            />
          ))}
        </svg>
      </div>
      <IcicleInspector node={active} root={root} isComparison={isComparison} base={base} />
    </div>
  );
}

interface Target {
  readonly show?: IcicleNode;
  readonly zoomTo?: IcicleNode;
}

const ARROWS: Readonly<Record<string, Parameters<typeof neighbourOf>[2]>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** What a key does on a box; nothing for keys that are not ours. */
function targetOf(
  key: string,
  box: IcicleBox,
  boxes: readonly IcicleBox[],
  focus: IcicleNode,
): Target | undefined {
  const direction = ARROWS[key];
  if (direction) {
    const next = neighbourOf(boxes, box, direction)?.node;
    return next && { show: next };
  }
  if (key === "Enter" || key === " ") return box.node && { zoomTo: box.node };
  if (key === "Escape" || key === "Backspace") return focus.parent && { zoomTo: focus.parent };
  if (key === "Home") return boxes[0]?.node && { zoomTo: boxes[0].node };
  return undefined;
}

/** Frames that hold a match themselves; those on the way to one are not marked. */
function foundKeys(root: IcicleNode, search: string | undefined): ReadonlySet<string> {
  const keys = new Set<string>();
  if (search === undefined) return keys;
  const wanted = search.toLowerCase();
  const look = (node: IcicleNode): void => {
    const isOwn = node.rows.some((row) => matches({ ...row, path: [] }, search));
    if (isOwn || node.name.toLowerCase().includes(wanted)) keys.add(node.key);
    for (const child of node.children) look(child);
  };
  for (const child of root.children) look(child);
  return keys;
}

function describeNode(node: IcicleNode, root: IcicleNode, isComparison: boolean): string {
  const change = isComparison ? `, ${formatBytesDifference(node.change)}` : "";
  return `${node.name}: ${formatBytes(node.bytes)}${change}, ${formatPercent(node.bytes, root.bytes)}`;
}
