"use client";

import { type KeyboardEvent, useState } from "react";
import { formatBytes, formatPercent } from "@/server/core/format-bytes";
import type { BucketId } from "@/server/core/report";
import { bucketStyle } from "../bucket-style";
import { BandChart } from "./band-chart";
import { BandLegend } from "./band-legend";
import { BandTooltip } from "./band-tooltip";
import type { Band, BandRow, CompositionLayout } from "./composition-layout";
import { KernelConnector } from "./kernel-connector";
import { useNarrowScreen } from "./use-narrow-screen";

type RowName = "whole" | "kernel";
interface Active {
  readonly id: BucketId;
  readonly row: RowName;
}

interface BigPictureProps {
  readonly layout: CompositionLayout;
}

/**
 * Where every page of the node is: one bar of MemTotal and the kernel's part of it drawn large. Arrow keys walk
 * the bands, Escape closes; the same order from left to right as from bottom to top on a narrow screen.
 */
export function BigPicture({ layout }: BigPictureProps) {
  const [active, setActive] = useState<Active>();
  const isNarrow = useNarrowScreen();
  const band = layout.whole.bands.find(({ id }) => id === active?.id);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") setActive(undefined);
    const step = STEPS[event.key];
    if (step === undefined || event.target instanceof HTMLAnchorElement) return;
    event.preventDefault();
    setActive(neighbour(layout.whole, active, step));
  }

  const charts = { layout, active, onActivate: setActive };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the chart inside takes the focus; keys bubble up to here
    <div
      className="relative"
      onKeyDown={onKeyDown}
      onMouseLeave={() => setActive(undefined)}
      onBlur={() => setActive(undefined)}
    >
      {isNarrow === true ? null : (
        <div className="hidden sm:block">
          <Across {...charts} />
        </div>
      )}
      {isNarrow === false ? null : (
        <div className="sm:hidden">
          <Upright {...charts} />
        </div>
      )}
      {band && active ? (
        <div
          className={`pointer-events-auto absolute z-10 max-sm:inset-x-0 max-sm:top-84 ${active.row === "whole" ? "sm:top-30" : "sm:top-60"}`}
          style={isNarrow ? undefined : { left: tooltipLeft(layout, band, active.row) }}
        >
          <BandTooltip band={band} memTotal={layout.memTotal} />
        </div>
      ) : null}
      <BandLegend layout={layout} onActivate={(id) => setActive({ id, row: "whole" })} />
      <p aria-live="polite" className="sr-only">
        {band ? announce(band, layout) : ""}
      </p>
    </div>
  );
}

interface ChartsProps {
  readonly layout: CompositionLayout;
  readonly active: Active | undefined;
  readonly onActivate: (active: Active) => void;
}

function Across({ layout, active, onActivate }: ChartsProps) {
  const { whole, kernel } = layout;
  return (
    <>
      <div className="h-30">
        <BandChart
          row={whole}
          orientation="across"
          title="Memory of the node, left to right"
          size={{ width: 1168, height: 120 }}
          active={active?.id}
          onActivate={(id) => onActivate({ id, row: "whole" })}
        />
      </div>
      {kernel ? (
        <>
          <KernelConnector whole={whole} kernel={kernel} />
          <div className="h-24">
            <BandChart
              row={kernel}
              orientation="across"
              title="Kernel memory, close up"
              size={{ width: 1168, height: 96 }}
              active={active?.id}
              onActivate={(id) => onActivate({ id, row: "kernel" })}
            />
          </div>
        </>
      ) : null}
    </>
  );
}

function Upright({ layout, active, onActivate }: ChartsProps) {
  const { whole, kernel } = layout;
  return (
    <div className="flex gap-4">
      <UprightBar
        name="All memory"
        row={whole}
        active={active}
        onActivate={(id) => onActivate({ id, row: "whole" })}
      />
      {kernel ? (
        <UprightBar
          name="Kernel"
          row={kernel}
          active={active}
          onActivate={(id) => onActivate({ id, row: "kernel" })}
        />
      ) : null}
    </div>
  );
}

interface UprightBarProps {
  readonly name: string;
  readonly row: BandRow;
  readonly active: Active | undefined;
  readonly onActivate: (id: BucketId) => void;
}

function UprightBar({ name, row, active, onActivate }: UprightBarProps) {
  return (
    <div className="min-w-0 flex-1">
      <p className="mb-2 text-12 text-muted">
        {name}{" "}
        <span className="whitespace-nowrap font-semibold text-13 text-ink">
          {formatBytes(row.total)}
        </span>
      </p>
      <div className="h-80">
        <BandChart
          row={row}
          orientation="upright"
          title={`${name}, from bottom to top`}
          size={{ width: 170, height: 320 }}
          active={active?.id}
          onActivate={onActivate}
        />
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
};

function neighbour(
  { bands }: BandRow,
  active: Active | undefined,
  step: number,
): Active | undefined {
  const at = bands.findIndex(({ id }) => id === active?.id);
  const next = at < 0 ? (step > 0 ? 0 : bands.length - 1) : at + step;
  const band = bands[Math.min(bands.length - 1, Math.max(0, next))];
  return band && { id: band.id, row: "whole" };
}

/** Under the middle of the band, kept inside the picture (the box is 18rem wide). */
function tooltipLeft(layout: CompositionLayout, band: Band, row: RowName): string {
  const bar = row === "kernel" && layout.kernel ? layout.kernel : layout.whole;
  const inRow = bar.bands.find(({ id }) => id === band.id) ?? band;
  const middle = ((inRow.start + inRow.bytes / 2) / bar.total) * 100;
  return `clamp(0px, calc(${middle.toFixed(2)}% - 9rem), calc(100% - 18rem))`;
}

function announce(band: Band, { memTotal }: CompositionLayout): string {
  return `${bucketStyle(band.id).label}: ${formatBytes(band.bytes)}, ${formatPercent(band.bytes, memTotal)} of MemTotal`;
}
