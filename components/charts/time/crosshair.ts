import { useSyncExternalStore } from "react";

/** Where the crosshair stands, kept outside React's tree: moving it draws the crosshairs and one tooltip again, no chart. */
interface Crosshair {
  readonly get: () => number | undefined;
  readonly set: (atMs: number | undefined) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

function createCrosshair(): Crosshair {
  let current: number | undefined;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (atMs) => {
      if (atMs === current) return;
      current = atMs;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** One for all charts over time of a page: they share the crosshair. */
export const crosshair = createCrosshair();

/** The moment under the crosshair, ms; undefined while there is none. */
export function useCrosshair(): number | undefined {
  return useSyncExternalStore(crosshair.subscribe, crosshair.get, () => undefined);
}
