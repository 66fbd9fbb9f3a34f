"use client";

import {
  Camera,
  Clock,
  Diamond,
  type LucideIcon,
  MessageSquare,
  Power,
  RotateCw,
} from "lucide-react";
import { useCallback, useState } from "react";
import type { NodeEvent } from "@/server/core/series/history";
import { useWidth } from "../../allocpage/use-width";
import { clusterEvents, type EventCluster } from "./event-clusters";
import { leftOf, MARGIN, plotWidth, type TimeSpan } from "./plot-geometry";
import { useEscape } from "./use-escape";
import { formatAt } from "./zone-time";

const MARK: Readonly<Record<NodeEvent["kind"], readonly [LucideIcon, string]>> = {
  verdict: [Diamond, "Verdict"],
  boot: [Power, "Boot"],
  restart: [RotateCw, "Restart"],
  snapshot: [Camera, "Snapshot"],
  note: [MessageSquare, "Note"],
  clock: [Clock, "Clock"],
};
/** A target of 24 px may not cover its neighbour. */
const APART = 26;
const CARD = 288;
const MOST_LISTED = 8;

interface EventStripProps {
  readonly events: readonly NodeEvent[];
  readonly span: TimeSpan;
  readonly zone: string;
  readonly onMoment: (ms: number) => void;
}

/** What happened, on the axis of the chart above: a shape for each kind, the words on hover, focus and press. */
export function EventStrip({ events, span, zone, onMoment }: EventStripProps) {
  const { ref, width } = useWidth(1152);
  const [open, setOpen] = useState<string>();
  const close = useCallback(() => setOpen(undefined), []);
  useEscape(open !== undefined, close);
  const clusters = clusterEvents(events, span, plotWidth(width), APART);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the marks inside take focus and pointer; this closes their card
    <div
      ref={ref}
      className="relative h-7"
      onMouseLeave={close}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <ul aria-label="Events" hidden={clusters.length === 0}>
        {clusters.map((cluster) => {
          const key = cluster.events[0]?.id ?? "";
          const middle = MARGIN.left + cluster.place * plotWidth(width);
          return (
            <li
              key={key}
              className="absolute top-0.5 -translate-x-3"
              style={{ left: leftOf(cluster.place) }}
            >
              <Mark cluster={cluster} isOpen={open === key} onOpen={() => setOpen(key)} />
              {open === key ? (
                <div
                  className="absolute top-6 z-20 rounded-control border border-rule-strong bg-raised px-3 py-2 text-12 text-muted"
                  style={{
                    width: Math.min(CARD, width),
                    left: cardLeft(middle, width) - middle + 12,
                  }}
                >
                  <EventList events={cluster.events} zone={zone} onMoment={onMoment} />
                </div>
              ) : null}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function cardLeft(middle: number, width: number): number {
  const card = Math.min(CARD, width);
  return Math.min(width - card, Math.max(0, middle - card / 2));
}

interface MarkProps {
  readonly cluster: EventCluster;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
}

function Mark({ cluster: { events }, isOpen, onOpen }: MarkProps) {
  const kinds = new Set(events.map(({ kind }) => kind));
  const [Icon, word] = MARK[events[0]?.kind ?? "note"];
  const count = events.length;
  const name = count === 1 ? `${word}: ${events[0]?.text}` : `${count} events`;
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-label={name}
      onMouseEnter={onOpen}
      onFocus={onOpen}
      onClick={onOpen}
      className="inline-grid h-6 min-w-6 place-items-center rounded-control text-12 text-muted hover:bg-sunken hover:text-ink"
    >
      {kinds.size === 1 && count === 1 ? (
        <Icon aria-hidden className="size-3.5" />
      ) : (
        <span className="min-w-5 rounded-full border border-control px-1 leading-4">{count}</span>
      )}
    </button>
  );
}

function EventList({
  events,
  zone,
  onMoment,
}: Pick<EventStripProps, "events" | "zone" | "onMoment">) {
  const listed = events.slice(0, MOST_LISTED);
  return (
    <ul className="space-y-2">
      {listed.map(({ id, kind, atMs, text }) => {
        const [Icon, word] = MARK[kind];
        return (
          <li key={id}>
            <p className="flex items-center gap-1.5">
              <Icon aria-hidden className="size-3.5 shrink-0" />
              <span className="font-medium text-ink">{word}</span>
              <button
                type="button"
                onClick={() => onMoment(atMs)}
                title="Findings at this moment"
                className="link ml-auto min-h-6 whitespace-nowrap"
              >
                {formatAt(atMs, zone)}
              </button>
            </p>
            <p className="line-clamp-4">{text}</p>
          </li>
        );
      })}
      {events.length > listed.length ? (
        <li>{`and ${events.length - listed.length} more: zoom in to see them`}</li>
      ) : null}
    </ul>
  );
}
