"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { readRange, readZoneChoice } from "@/components/time/range-url";
import {
  hrefWith,
  noticesOf,
  type QueryParams,
  readChoice,
  readText,
} from "@/components/url-state";
import { readMoment } from "./read-moment";

const VIEWS = ["whole", "kernel"] as const;
const LIVE = ["on", "off"] as const;
const YEAR_S = 365 * 24 * 60 * 60;

type Changes = Readonly<Record<string, string | undefined>>;

interface TimeUrlContext {
  readonly pathname: string;
  /** What the server's clock shows. */
  readonly nowMs: number;
  /** The reader's zone as an earlier visit left it. */
  readonly knownZone: string | undefined;
}

/** What of the page is in its address, and how to change it without asking the server for the page again. */
export function useTimeUrl({ pathname, nowMs, knownZone }: TimeUrlContext) {
  const search = useSearchParams();
  const params = useMemo(() => toParams(search), [search]);
  const browserZone = useBrowserZone(knownZone);
  const zone = readZoneChoice(params, browserZone);
  const range = readRange(params, { nowMs, zone: zone.value });
  const view = readChoice(params, "view", VIEWS);
  const live = readChoice(params, "live", LIVE);
  const moment = readMoment(params);
  const only = readText(params, "only");
  const isolated = useMemo(() => only?.split(",") ?? [], [only]);
  const hrefOf = (changes: Changes) => hrefWith(pathname, params, changes);
  return {
    zone: zone.value,
    browserZone,
    range: range.value,
    view: view.value,
    isPlaying: live.value === "on",
    isolated,
    momentMs: moment.value,
    notices: noticesOf([range, zone, view, live, moment]),
    hrefOf,
    /** A choice: the back button undoes it. */
    push: (changes: Changes) => window.history.pushState(null, "", hrefOf(changes)),
  };
}

/** Next hands a page its query as plain values; the same for the browser's. */
function toParams(search: Iterable<[string, string]>): QueryParams {
  const params = new Map<string, string[]>();
  for (const [key, value] of search) {
    const values = params.get(key);
    if (values) values.push(value);
    else params.set(key, [value]);
  }
  return Object.fromEntries(params);
}

/** The browser's time zone; while the server renders, what it told on an earlier visit. */
function useBrowserZone(known: string | undefined): string | undefined {
  const zone = useSyncExternalStore(subscribeToNothing, readBrowserZone, () => known);
  useEffect(() => {
    if (zone === undefined || zone === known) return;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing over plain HTTP, where this page is read too
    document.cookie = `zone=${encodeURIComponent(zone)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
  }, [zone, known]);
  return zone;
}

function readBrowserZone(): string | undefined {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function subscribeToNothing(): () => void {
  return () => undefined;
}
