"use client";

import { useId, useState } from "react";
import { Button } from "../../ui/button";
import { Disclosure } from "../../ui/disclosure";
import type { TimeSpan } from "./plot-geometry";
import { formatAt } from "./zone-time";

interface ZoomSlidersProps {
  readonly span: TimeSpan;
  readonly zone: string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomBack: () => void;
}

const STEPS = 100;

/** Zooming without dragging: two labelled sliders over the window, and the way back. */
export function ZoomSliders(props: ZoomSlidersProps) {
  const { fromMs, toMs } = props.span;
  return (
    <Disclosure summary="Zoom with sliders">
      <Sliders key={`${fromMs}-${toMs}`} {...props} />
    </Disclosure>
  );
}

function Sliders({ span, zone, onZoom, onZoomBack }: ZoomSlidersProps) {
  const [from, setFrom] = useState(0);
  const [to, setTo] = useState(STEPS);
  const at = (step: number) => span.fromMs + ((span.toMs - span.fromMs) * step) / STEPS;
  return (
    <div className="flex flex-wrap items-end gap-4">
      <Slider
        label="From"
        value={from}
        text={formatAt(at(from), zone)}
        onChange={(step) => setFrom(Math.min(step, to - 1))}
      />
      <Slider
        label="To"
        value={to}
        text={formatAt(at(to), zone)}
        onChange={(step) => setTo(Math.max(step, from + 1))}
      />
      <Button onClick={() => onZoom(Math.round(at(from)), Math.round(at(to)))}>Zoom</Button>
      <Button onClick={onZoomBack}>Back</Button>
    </div>
  );
}

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly onChange: (value: number) => void;
}

function Slider({ label, value, text, onChange }: SliderProps) {
  const id = useId();
  return (
    <div className="min-w-60 flex-1 text-13">
      <label htmlFor={id} className="flex justify-between gap-2">
        {label} <span className="text-muted">{text}</span>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={STEPS}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(event.currentTarget.valueAsNumber)}
        className="h-6 w-full accent-accent"
      />
    </div>
  );
}
