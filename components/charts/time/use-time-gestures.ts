import { type PointerEvent, type RefObject, useRef } from "react";
import { surfaceMoment, type TimeSpan } from "./plot-geometry";

/** A shorter drag is a click, px. */
const LEAST_DRAG = 8;

interface GestureTargets {
  readonly span: TimeSpan;
  /** Moved by hand while the pointer drags, so that nothing is drawn again. */
  readonly selection: RefObject<HTMLDivElement | null>;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onPick: (ms: number) => void;
  /** A mouse or pen over the plot; undefined when it leaves. */
  readonly onHover: (ms: number | undefined) => void;
}

interface Drag {
  readonly pointerId: number;
  readonly from: number;
  isMoved: boolean;
}

/**
 * Drag across the plot to zoom, click to pick a moment; by mouse, pen and finger. Up and down a finger scrolls the
 * page as ever (`touch-action: pan-y` on the surface). Places are px from the left edge of the surface.
 */
export function useTimeGestures({ span, selection, onZoom, onPick, onHover }: GestureTargets) {
  const drag = useRef<Drag | undefined>(undefined);

  function end(): Drag | undefined {
    const ended = drag.current;
    drag.current = undefined;
    if (selection.current) selection.current.hidden = true;
    return ended;
  }

  return {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0) return;
      const from = event.nativeEvent.offsetX;
      drag.current = { pointerId: event.pointerId, from, isMoved: false };
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      const { offsetX } = event.nativeEvent;
      const width = event.currentTarget.clientWidth;
      if (event.pointerType !== "touch") onHover(surfaceMoment(offsetX, span, width));
      const current = drag.current;
      if (!current || current.pointerId !== event.pointerId) return;
      if (!current.isMoved && Math.abs(offsetX - current.from) < LEAST_DRAG) return;
      if (!current.isMoved) event.currentTarget.setPointerCapture(event.pointerId);
      current.isMoved = true;
      showSelection(selection.current, current.from, Math.min(width, Math.max(0, offsetX)));
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>) {
      const ended = end();
      if (!ended || ended.pointerId !== event.pointerId) return;
      const width = event.currentTarget.clientWidth;
      const a = surfaceMoment(ended.from, span, width);
      const b = surfaceMoment(event.nativeEvent.offsetX, span, width);
      if (!ended.isMoved) onPick(b);
      else if (a !== b) onZoom(Math.min(a, b), Math.max(a, b));
    },
    onPointerCancel() {
      end();
    },
    onPointerLeave() {
      onHover(undefined);
    },
  };
}

function showSelection(element: HTMLDivElement | null, from: number, to: number): void {
  if (!element) return;
  element.hidden = false;
  element.style.left = `${Math.min(from, to)}px`;
  element.style.width = `${Math.abs(to - from)}px`;
}
