"use client";

import { useId } from "react";
import { Bar, BarChart, type BarShapeProps, ResponsiveContainer, XAxis, YAxis } from "recharts";
import { formatBytes } from "@/server/core/format-bytes";
import type { BucketId } from "@/server/core/report";
import { bucketStyle } from "../bucket-style";
import { BandShape, type Orientation } from "./band-shape";
import type { BandRow } from "./composition-layout";
import { StaticBands } from "./static-bands";
import { useDrawn } from "./use-drawn";

interface BandChartProps {
  readonly row: BandRow;
  readonly orientation: Orientation;
  readonly title: string;
  /** Size before the browser has measured, so that the server draws the same picture. */
  readonly size: { readonly width: number; readonly height: number };
  readonly active: BucketId | undefined;
  readonly onActivate: (id: BucketId) => void;
}

const LABEL_HEIGHT = 44;
const LABEL_WIDTH = 108;

/** One stacked bar, drawn to the byte: across on a wide screen, upright on a narrow one. */
export function BandChart({ row, orientation, title, size, active, onActivate }: BandChartProps) {
  const hatchId = useId();
  const isDrawn = useDrawn();
  const isAcross = orientation === "across";
  const data = [Object.fromEntries(row.bands.map(({ id, bytes }) => [id, bytes]))];
  const margin = isAcross
    ? { top: LABEL_HEIGHT, right: 0, bottom: 0, left: 0 }
    : { top: 0, right: LABEL_WIDTH, bottom: 0, left: 0 };

  return (
    <div className={`relative h-full ${isDrawn ? "" : "overflow-hidden"}`}>
      {isDrawn ? null : <StaticBands row={row} orientation={orientation} />}
      <ResponsiveContainer width="100%" height="100%" initialDimension={size}>
        <BarChart
          accessibilityLayer
          aria-label={title}
          data={data}
          layout={isAcross ? "vertical" : "horizontal"}
          margin={margin}
          barCategoryGap={0}
        >
          <defs>
            <pattern
              id={hatchId}
              width={6}
              height={6}
              patternUnits="userSpaceOnUse"
              patternTransform="rotate(45)"
            >
              <rect width={6} height={6} fill="var(--unaccounted-ground)" />
              <rect width={3} height={6} fill="var(--display-unaccounted)" />
            </pattern>
          </defs>
          {isAcross ? (
            <>
              <XAxis type="number" domain={[0, row.total]} hide />
              <YAxis type="category" hide />
            </>
          ) : (
            <>
              <XAxis type="category" hide />
              <YAxis type="number" domain={[0, row.total]} hide />
            </>
          )}
          {row.bands.map((band) => (
            <Bar
              key={band.id}
              dataKey={band.id}
              stackId="MemTotal"
              isAnimationActive={false}
              onMouseEnter={() => onActivate(band.id)}
              onClick={() => onActivate(band.id)}
              shape={({ x, y, width, height }: BarShapeProps) => (
                <BandShape
                  band={band}
                  box={{ x, y, width, height }}
                  orientation={orientation}
                  hatchId={hatchId}
                  isDimmed={active !== undefined && active !== band.id}
                  label={{ name: bucketStyle(band.id).short, size: formatBytes(band.bytes) }}
                />
              )}
            />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </div>
  );
}
