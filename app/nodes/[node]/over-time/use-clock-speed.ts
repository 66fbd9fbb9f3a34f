"use client";

import { useEffect, useRef, useState } from "react";

/** Two answers must lie so far apart that their way through the network does not matter. */
const LEAST_MS = 5000;
const NOTICEABLE = 1.5;

/**
 * How many times faster than the reader's clock the server's runs: 1, but for servers under a test clock. The page
 * then follows it as often as if the days were real.
 *
 * @param nowMs what the server's clock showed with its newest answer
 */
export function useClockSpeed(nowMs: number): number {
  const first = useRef<{ readonly serverMs: number; readonly hereMs: number }>(undefined);
  const [speed, setSpeed] = useState(1);
  useEffect(() => {
    const hereMs = Date.now();
    first.current ??= { serverMs: nowMs, hereMs };
    const passed = hereMs - first.current.hereMs;
    if (passed < LEAST_MS) return;
    const measured = (nowMs - first.current.serverMs) / passed;
    setSpeed(measured > NOTICEABLE ? Math.round(measured) : 1);
  }, [nowMs]);
  return speed;
}
