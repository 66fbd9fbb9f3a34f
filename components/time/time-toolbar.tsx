"use client";

import { ChevronLeft, ChevronRight, type LucideIcon, Undo2, ZoomOut } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  absoluteRange,
  type RangeText,
  resolveRange,
  shiftedByHalf,
  type TimeRange,
  zoomedOut,
} from "@/server/core/time/time-range";
import { Button } from "../ui/button";
import { CopyLink } from "./copy-link";
import { type Live, LiveSwitch, RefreshButton } from "./live-switch";
import { copiedRange, pastedRange } from "./range-clipboard";
import { TimePicker } from "./time-picker";
import { useTimeKeys } from "./use-time-keys";

interface TimeToolbarProps {
  /** What is shown, its two instants as the data have them. */
  readonly range: TimeRange;
  readonly zone: string;
  readonly browserZone: string | undefined;
  readonly nowMs: number;
  /** Data for this range are still on their way. */
  readonly isBusy: boolean;
  /** Absent where the range does not move. */
  readonly live?: Live | undefined;
  /** Absent where there is no range to go back to. */
  readonly onBack?: (() => void) | undefined;
  readonly onRange: (range: RangeText) => void;
  readonly onZone: (zone: string | undefined) => void;
  readonly onRefresh: () => void;
  /** The address of this page with another range. */
  readonly hrefOf: (range: RangeText) => string;
  /** What else is chosen about the picture: stands in the second row. */
  readonly children?: ReactNode;
}

/** Everything about the span of time: which one, its neighbours, live or not, a link to it. */
export function TimeToolbar(props: TimeToolbarProps) {
  const { range, zone, nowMs, live, onBack, onRange, hrefOf } = props;
  const [said, setSaid] = useState("");
  const shift = (direction: -1 | 1) => onRange(shiftedByHalf(range, direction, nowMs));
  const zoomOut = () => onRange(zoomedOut(range, nowMs));

  async function copyRange(): Promise<void> {
    try {
      await navigator.clipboard.writeText(copiedRange(range));
      setSaid("The range is on the clipboard.");
    } catch {
      setSaid("The browser does not let this page write to the clipboard.");
    }
  }

  async function pasteRange(): Promise<void> {
    setSaid(await pasteFromClipboard(zone, nowMs, onRange));
  }

  useTimeKeys({
    onCopy: () => void copyRange(),
    onPaste: () => void pasteRange(),
    onBack: () => onBack?.(),
    onZoomOut: zoomOut,
    onShift: shift,
  });

  return (
    <div className="space-y-2">
      <div role="toolbar" aria-label="Time" className="flex flex-wrap items-center gap-2">
        <div className="flex min-w-0 items-center gap-2">
          <IconButton icon={ChevronLeft} label="Earlier by half" onClick={() => shift(-1)} />
          <TimePicker {...props} />
          <IconButton icon={ChevronRight} label="Later by half" onClick={() => shift(1)} />
        </div>
        <div className="flex items-center gap-2">
          <IconButton icon={ZoomOut} label="Show twice as much" onClick={zoomOut} />
          <IconButton
            icon={Undo2}
            label="Back to the range before"
            isDisabled={onBack === undefined}
            onClick={() => onBack?.()}
          />
          <RefreshButton isBusy={props.isBusy} onRefresh={props.onRefresh} />
        </div>
        {live ? <LiveSwitch live={live} /> : null}
        <div className="sm:ml-auto">
          <CopyLink
            absoluteHref={hrefOf(absoluteRange(range))}
            relativeHref={isMoving(range) ? hrefOf(range) : undefined}
          />
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 text-12 text-muted">
        {props.children}
        <p role="status">{said}</p>
        <p className="ml-auto max-sm:w-full">Times in {zone}</p>
      </div>
    </div>
  );
}

interface IconButtonProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

function IconButton({ icon: Icon, label, isDisabled = false, onClick }: IconButtonProps) {
  return (
    <Button
      onClick={onClick}
      disabled={isDisabled}
      aria-label={label}
      title={label}
      className="px-2"
    >
      <Icon aria-hidden className="size-4" />
    </Button>
  );
}

function isMoving({ from, to }: RangeText): boolean {
  return from.startsWith("now") || to.startsWith("now");
}

/** Applies the range on the clipboard; says how it went. */
async function pasteFromClipboard(
  zone: string,
  nowMs: number,
  onRange: (range: RangeText) => void,
): Promise<string> {
  let text: string;
  try {
    text = await navigator.clipboard.readText();
  } catch {
    return "The browser does not let this page read the clipboard. Open the range and paste there.";
  }
  const pasted = pastedRange(text);
  if (!pasted) return "There is no range of time on the clipboard.";
  const resolved = resolveRange(pasted, { nowMs, zone });
  if ("problem" in resolved) return resolved.problem;
  onRange(isMoving(pasted) ? pasted : absoluteRange(resolved));
  return "The range from the clipboard is shown.";
}
