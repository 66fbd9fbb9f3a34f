import { type PointerEvent, type RefObject, useRef } from "react";
import { MARGIN, momentAt, type TimeSpan } from "./plot-geometry";

/** A shorter drag is a click. */
const LEAST_DRAG = 8;

interface GestureTargets {
  readonly span: TimeSpan;
  /** Moved by hand while the pointer drags, so that nothing is drawn again. */
  readonly selection: RefObject<HTMLDivElement | null>;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onPick: (ms: number) => void;
}

interface Drag {
  readonly pointerId: number;
  readonly from: number;
  readonly left: number;
  readonly width: number;
  isMoved: boolean;
}

/**
 * Drag across the plot to zoom, click to pick a moment; by mouse, pen and finger. Up and down a finger scrolls the
 * page as ever (`touch-action: pan-y` on the frame).
 */
export function useTimeGestures({ span, selection, onZoom, onPick }: GestureTargets) {
  const drag = useRef<Drag | undefined>(undefined);

  function end(): Drag | undefined {
    const ended = drag.current;
    drag.current = undefined;
    if (selection.current) selection.current.hidden = true;
    return ended;
  }

  return {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      if (event.button !== 0 || isControl(event.target)) return;
      const { left, width } = event.currentTarget.getBoundingClientRect();
      const from = event.clientX - left;
      if (from < MARGIN.left || from > width - MARGIN.right) return;
      drag.current = { pointerId: event.pointerId, from, left, width, isMoved: false };
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      const current = drag.current;
      if (!current || current.pointerId !== event.pointerId) return;
      const to = event.clientX - current.left;
      if (!current.isMoved && Math.abs(to - current.from) < LEAST_DRAG) return;
      if (!current.isMoved) {
        current.isMoved = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }
      showSelection(selection.current, current, to);
    },
    onPointerUp(event: PointerEvent<HTMLDivElement>) {
      const ended = end();
      if (!ended || ended.pointerId !== event.pointerId) return;
      const to = event.clientX - ended.left;
      const [a, b] = [ended.from, to].map((x) => momentAt(x, span, ended.width));
      if (a === undefined || b === undefined) return;
      if (!ended.isMoved) onPick(b);
      else if (Math.abs(a - b) >= 1) onZoom(Math.min(a, b), Math.max(a, b));
    },
    onPointerCancel() {
      end();
    },
  };
}

/** Buttons and selectable text on top of the plot are not part of it. */
function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest("[data-over-plot]") !== null;
}

function showSelection(element: HTMLDivElement | null, { from, width }: Drag, to: number): void {
  if (!element) return;
  const inside = Math.min(width - MARGIN.right, Math.max(MARGIN.left, to));
  element.hidden = false;
  element.style.left = `${Math.min(from, inside)}px`;
  element.style.width = `${Math.abs(inside - from)}px`;
}
